import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ServerSummary } from '../../../api/types';
import { useResource } from '../../../resource/use-resource';
import { kafka } from '../model/names';
import { partitionTroubles } from '../model/partitions';
import { statusOf, type KafkaSpec, type KafkaStatus } from '../model/types';

/** How many partitions lack a leader or replicas. A healthy cluster has none, so that only others are asked for. */
export function PartitionsCell({ resource: { id, state, health } }: { resource: ServerSummary }) {
  if (state === 'stopped' || health === null) return <>–</>;
  return health === 'healthy' ? <>None</> : <Asked id={id} />;
}

function Asked({ id }: { id: string }) {
  const { resource } = useResource<KafkaSpec, KafkaStatus>(kafka, id);
  const partitions = resource === undefined ? null : statusOf(resource)?.partitions;
  if (partitions == null) return <>–</>;
  const troubles = partitionTroubles(partitions);
  if (troubles.length === 0) return <>None</>;
  const look = partitions.offline.count > 0 ? 'error' : 'warning';
  return troubles.map((trouble) => (
    <div key={trouble}>
      <StatusIndicator type={look}>{trouble}</StatusIndicator>
    </div>
  ));
}
