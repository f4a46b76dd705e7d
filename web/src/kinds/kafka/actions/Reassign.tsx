import Box from '@cloudscape-design/components/box';
import { ActionDialog } from '../../../parts/ActionDialog';
import { InternalLink } from '../../../parts/InternalLink';
import { actionHref } from '../../../resource/kind';
import { useHandover } from '../../../resource/use-handover';
import { boundInWords } from '../model/moving';
import { kafka } from '../model/names';
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
          Replicas move {boundInWords(resource.spec.reassignmentBytesPerSecond)}.{' '}
          <InternalLink href={actionHref(kafka, 'update', resource.id)}>
            Update the {kafka.noun.one}
          </InternalLink>{' '}
          to change that, also while they move.
        </Box>
      )}
      onDone={handOver}
      onDismiss={onDismiss}
    />
  );
}
