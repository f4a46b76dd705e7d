import Button from '@cloudscape-design/components/button';
import { memo, useState } from 'react';
import type { Step } from '../../api/types';
import { formatDuration } from '../format';
import { StepStatus } from '../Status';
import { useNow } from '../useNow';
import { elapsedOf, hasFailed } from './progress';
import { StepOutput } from './StepOutput';

/** Only steps that run need the time; a hundred others must not be drawn anew each second. */
function Elapsed({ step }: { step: Step }) {
  const runs = step.startedAt !== null && step.finishedAt === null;
  const now = useNow(runs ? 1000 : null);
  const elapsed = elapsedOf(step, now);
  const expected = formatDuration(step.expectedMs);
  if (elapsed === null) return <span title="Expected">≈ {expected}</span>;
  return (
    <span
      title={`Expected: ${expected}`}
      className={elapsed > 2 * step.expectedMs && runs ? 'step-late' : undefined}
    >
      {formatDuration(elapsed)} <span className="step-expected">of ≈ {expected}</span>
    </span>
  );
}

interface Props {
  step: Step;
  /** What must be done before it begins, joined to one text so that an equal one does not draw the row anew. */
  waitsFor: string;
}

export const StepRow = memo(function StepRow({ step, waitsFor }: Props) {
  const [open, setOpen] = useState(false);
  const because = step.state === 'done' || step.state === 'undone' ? null : step.because;
  return (
    <li className="step" data-step={step.key}>
      <span className="step-status">
        <StepStatus state={step.state} stuck={step.stuck} />
      </span>
      <span className="step-title">
        {step.title}
        {because !== null && (
          <span className={hasFailed(step) ? 'step-failure' : 'step-because'}>{because}</span>
        )}
        {waitsFor !== '' && <span className="step-because">waits for {waitsFor}</span>}
        {step.attempts > 1 && step.state !== 'done' && (
          <span className="step-because">attempt {step.attempts}</span>
        )}
      </span>
      <span className="step-time">
        <Elapsed step={step} />
      </span>
      {step.outputBytes > 0 && (
        <div className="step-said">
          <Button
            variant="inline-link"
            ariaExpanded={open}
            ariaLabel={`${open ? 'Hide' : 'Show'} output of ${step.title}`}
            onClick={() => setOpen((before) => !before)}
          >
            {open ? 'Hide output' : 'Show output'}
          </Button>
          {open && <StepOutput step={step} />}
        </div>
      )}
    </li>
  );
});
