import { useEffect, useRef, useState } from 'react';
import { operationsApi } from '../../api/operations';
import { problemOf } from '../../api/problem';
import type { Problem, Step } from '../../api/types';
import { useAppDispatch } from '../../state/store';

/** What is drawn at most: as much as the server keeps of a step. */
const mostShown = 256 * 1024;

export interface StepOutputState {
  text: string;
  /** Its beginning is kept no more. */
  dropped: boolean;
  problem: Problem | null;
}

const { readStepOutput } = operationsApi.endpoints;

/** What a step has said so far. Read on whenever the step is known to have said more. */
export function useStepOutput(step: Step): StepOutputState {
  const { id: stepId, operationId, outputBytes } = step;
  const dispatch = useAppDispatch();
  const [state, setState] = useState<StepOutputState>({ text: '', dropped: false, problem: null });
  const offset = useRef(0);
  useEffect(() => {
    let gone = false;
    const isGone = () => gone;
    async function readOn() {
      while (!isGone() && offset.current < outputBytes) {
        const part = await dispatch(
          readStepOutput.initiate(
            { id: operationId, stepId, offset: offset.current },
            { forceRefetch: true, subscribe: false },
          ),
        ).unwrap();
        if (isGone() || part.nextOffset <= offset.current) return;
        const skipped = part.offset > offset.current;
        offset.current = part.nextOffset;
        setState((before) => {
          const text = (skipped ? '' : before.text) + part.text;
          const dropped = before.dropped || skipped || text.length > mostShown;
          return { text: text.slice(-mostShown), dropped, problem: null };
        });
      }
    }
    readOn().catch((error: unknown) => {
      if (!gone) setState((before) => ({ ...before, problem: problemOf(error) }));
    });
    return () => {
      gone = true;
    };
  }, [dispatch, operationId, stepId, outputBytes]);
  return state;
}
