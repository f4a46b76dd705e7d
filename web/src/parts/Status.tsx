import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Condition, Operation, StepState } from '../api/types';
import { capital } from './format';

type Look = StatusIndicatorProps.Type;

const conditionLooks: Record<Condition['severity'], Look> = {
  good: 'success',
  busy: 'in-progress',
  off: 'stopped',
  warning: 'warning',
  error: 'error',
};

const operationLooks: Record<Operation['state'], Look> = {
  pending: 'pending',
  running: 'in-progress',
  cancelling: 'in-progress',
  succeeded: 'success',
  failed: 'error',
  cancelled: 'stopped',
};

const stepLooks: Record<StepState, Look> = {
  pending: 'pending',
  ready: 'pending',
  running: 'in-progress',
  waiting: 'loading',
  done: 'success',
  failed: 'error',
  skipped: 'stopped',
  undoing: 'in-progress',
  undone: 'stopped',
};

export const stepLook = (state: StepState, stuck: boolean): Look => (stuck ? 'warning' : stepLooks[state]);

/** How a resource is, in the server's one word. */
export function ConditionStatus({ condition }: { condition: Condition }) {
  return (
    <StatusIndicator type={conditionLooks[condition.severity]}>
      <span title={condition.reason ?? undefined}>{capital(condition.word)}</span>
    </StatusIndicator>
  );
}

export const operationLook = ({ state, stuck }: Pick<Operation, 'state' | 'stuck'>): Look =>
  stuck ? 'warning' : operationLooks[state];

export function OperationStatus({ operation }: { operation: Pick<Operation, 'state' | 'stuck'> }) {
  if (operation.stuck) return <StatusIndicator type="warning">Stuck</StatusIndicator>;
  return <StatusIndicator type={operationLooks[operation.state]}>{capital(operation.state)}</StatusIndicator>;
}

export function StepStatus({ state, stuck }: { state: StepState; stuck: boolean }) {
  return <StatusIndicator type={stepLook(state, stuck)}>{stuck ? 'Stuck' : capital(state)}</StatusIndicator>;
}
