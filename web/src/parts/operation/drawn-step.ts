import { predecessorsOf } from '../../api/predecessors';
import type { Step } from '../../api/types';
import { hasFailed } from './progress';
import type { DrawnStep } from './StepGraph';

/** How a step of an operation looks in the graph. */
export function drawnStep(step: Step): DrawnStep {
  const look = hasFailed(step) ? 'failed' : step.stuck ? 'stuck' : step.state;
  const because = step.state === 'waiting' && step.because !== null ? `: ${step.because}` : '';
  return {
    key: step.key,
    after: predecessorsOf(step),
    title: step.title,
    look,
    word: look + because,
  };
}
