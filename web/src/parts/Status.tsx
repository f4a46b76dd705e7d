import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Operation, ServerState, StepState } from '../api/types';

type Look = StatusIndicatorProps.Type;

const serverLooks: Record<ServerState, Look> = {
  pending: 'pending',
  deploying: 'in-progress',
  active: 'success',
  degraded: 'warning',
  updating: 'in-progress',
  stopped: 'stopped',
  deleting: 'in-progress',
  failed: 'error',
  deleted: 'stopped',
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

const word = (state: string) => state.charAt(0).toUpperCase() + state.slice(1);

export function ServerStatus({ state }: { state: ServerState }) {
  return <StatusIndicator type={serverLooks[state]}>{word(state)}</StatusIndicator>;
}

export const operationLook = ({ state, stuck }: Pick<Operation, 'state' | 'stuck'>): Look =>
  stuck ? 'warning' : operationLooks[state];

export function OperationStatus({ operation }: { operation: Pick<Operation, 'state' | 'stuck'> }) {
  if (operation.stuck) return <StatusIndicator type="warning">Stuck</StatusIndicator>;
  return <StatusIndicator type={operationLooks[operation.state]}>{word(operation.state)}</StatusIndicator>;
}

export function StepStatus({ state, stuck }: { state: StepState; stuck: boolean }) {
  return <StatusIndicator type={stepLook(state, stuck)}>{stuck ? 'Stuck' : word(state)}</StatusIndicator>;
}
