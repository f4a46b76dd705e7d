import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OperationDetail } from '../../api/types';
import { Changes, Disruptions, Lines } from '../PlanView';

/** What was accepted when the operation began. */
export function OperationPlan({ operation }: { operation: OperationDetail }) {
  return (
    <SpaceBetween size="m">
      <Disruptions plan={operation} />
      {operation.changes.length > 0 && <Changes plan={operation} />}
      {operation.notes.length > 0 && <Lines lines={operation.notes} name={operation.resourceName} />}
    </SpaceBetween>
  );
}
