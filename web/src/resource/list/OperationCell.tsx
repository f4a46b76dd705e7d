import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { Operation } from '../../api/types';
import { operationLook } from '../../parts/Status';

interface Props {
  operation: Operation | null;
  onOpen: (id: string) => void;
}

/** What is being done to a resource, and how far it is; what was done last is no news once it has succeeded. */
export function OperationCell({ operation, onOpen }: Props) {
  if (!operation || operation.state === 'succeeded' || operation.state === 'cancelled') return <span>–</span>;
  const label = `${operation.summary}, ${operation.stepsDone} of ${operation.stepsTotal} steps done`;
  return (
    <StatusIndicator type={operationLook(operation)}>
      <Link
        href={`/operations/${operation.id}`}
        ariaLabel={label}
        onFollow={(event) => {
          event.preventDefault();
          onOpen(operation.id);
        }}
      >
        {operation.action}{' '}
        {operation.stuck ? 'stuck' : operation.final ? operation.state : `${operation.progressPercent}%`}
      </Link>
    </StatusIndicator>
  );
}
