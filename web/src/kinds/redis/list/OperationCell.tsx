import Link from '@cloudscape-design/components/link';
import type { Operation } from '../../../api/types';
import { OperationStatus } from '../../../parts/Status';

interface Props {
  operation: Operation | null;
  onOpen: (id: string) => void;
}

/** What is being done to a cluster, and how far it is; what was done last is no news once it has succeeded. */
export function OperationCell({ operation, onOpen }: Props) {
  if (!operation || operation.state === 'succeeded' || operation.state === 'cancelled') return <span>–</span>;
  const label = `${operation.action}: ${operation.stepsDone} of ${operation.stepsTotal} steps done`;
  return (
    <Link
      href={`/operations/${operation.id}`}
      ariaLabel={`${operation.summary}, ${label}`}
      onFollow={(event) => {
        event.preventDefault();
        onOpen(operation.id);
      }}
    >
      <OperationStatus operation={operation} /> {operation.action} {operation.progressPercent}%
    </Link>
  );
}
