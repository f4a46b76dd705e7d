import Box from '@cloudscape-design/components/box';
import { ActionDialog } from '../../../parts/ActionDialog';
import { useHandover } from '../../../resource/use-handover';
import { boundInWords } from '../model/moving';
import type { KafkaResource } from '../model/types';

interface Props {
  resource: KafkaResource;
  onDismiss: () => void;
}

/** Moves replicas until each broker has its share of them, and of leaders. */
export function Reassign({ resource, onDismiss }: Props) {
  const handOver = useHandover();
  return (
    <ActionDialog
      server={resource}
      action="reassign"
      title={`Spread the replicas of ${resource.name} evenly`}
      verb="Spread replicas"
      body={{}}
      inputs={() => (
        <Box>
          Replicas move {boundInWords(resource.spec.reassignmentBytesPerSecond)}. The bound can be changed
          while they move.
        </Box>
      )}
      onDone={handOver}
      onDismiss={onDismiss}
    />
  );
}
