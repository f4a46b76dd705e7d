import { useLayoutEffect, useRef } from 'react';
import type { Step } from '../../api/types';
import { ProblemAlert } from '../ProblemAlert';
import { useStepOutput } from './useStepOutput';

/** Whoever has scrolled up by more than this reads what was said before, and is left there. */
const endWithin = 24;

/** What programs say on the machine while a step is at work: plain text that follows its end. */
export function StepOutput({ step }: { step: Step }) {
  const { text, dropped, problem } = useStepOutput(step);
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  function noteWhereItIs() {
    if (!box.current) return;
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    follows.current = scrollHeight - scrollTop - clientHeight <= endWithin;
  }
  return (
    <div className="step-output">
      <ProblemAlert error={problem ?? undefined} />
      {dropped && <div className="step-because">Earlier output is not kept.</div>}
      {/* It scrolls, so the keyboard must reach it. */}
      <pre
        ref={box}
        className="step-output-text"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        role="log"
        aria-label={`Output of ${step.title}`}
        onScroll={noteWhereItIs}
      >
        {text}
      </pre>
    </div>
  );
}
