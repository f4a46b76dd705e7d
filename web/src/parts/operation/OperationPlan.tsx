import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OperationDetail } from '../../api/types';
import { AddressChanges } from '../AddressChanges';
import { Lines } from '../Lines';
import { Changes, Consequences } from '../PlanView';

/** What was accepted when the operation began. */
export function OperationPlan({ operation }: { operation: OperationDetail }) {
  return (
    <SpaceBetween size="m">
      <Consequences plan={operation} />
      {operation.changes.length > 0 && <Changes plan={operation} />}
      <AddressChanges changes={operation.addressChanges} />
      {operation.notes.length > 0 && <Lines lines={operation.notes} name={operation.resourceName} />}
    </SpaceBetween>
  );
}
