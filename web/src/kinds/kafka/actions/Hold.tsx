import Box from '@cloudscape-design/components/box';
import { ActionDialog } from '../../../parts/ActionDialog';
import { useHandover } from '../../../resource/use-handover';
import { holdPatch } from '../model/held';
import type { KafkaResource } from '../model/types';

interface Props {
  resource: KafkaResource;
  node: string;
  /** Whether it shall be. */
  isHeld: boolean;
  onDismiss: () => void;
}

const held =
  'Changes pass it by: it is not restarted, and keeps the configuration that it runs with. Its certificate is not ' +
  'renewed. Another version, TLS on or off and another authority have to wait until it is let go.';
const letGo = 'It is restarted, and gets what changed while it was held.';

/** Holds a node out of changes, or lets it go: an update as any other. */
export function Hold({ resource, node, isHeld, onDismiss }: Props) {
  const handOver = useHandover();
  return (
    <ActionDialog
      server={resource}
      action="update"
      title={isHeld ? `Hold ${node} out of changes` : `Let ${node} go`}
      verb={isHeld ? 'Hold out' : 'Let go'}
      body={holdPatch(resource.spec, node, isHeld)}
      inputs={() => <Box>{isHeld ? held : letGo}</Box>}
      onDone={handOver}
      onDismiss={onDismiss}
    />
  );
}
