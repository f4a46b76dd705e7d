import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { Age, Time } from '../../../parts/Time';
import { healPolicies } from '../../../resource/heal';
import { kRoles } from '../model/form';
import type { RedisResource, RedisStatus } from '../model/types';

const persistenceWords = { aof: 'Every write (aof)', rdb: 'Snapshots (rdb)', none: 'None' } as const;

function versionsOf(status: RedisStatus | null): string {
  const versions = [...new Set((status?.nodes ?? []).flatMap(({ version }) => version ?? []))];
  return versions.length === 0 ? '–' : versions.join(', ');
}

const listOr = (list: readonly string[], none: string) => (list.length === 0 ? none : list.join(', '));

interface Props {
  resource: RedisResource;
  status: RedisStatus | null;
}

/** The cluster at a glance; how it is and what it costs stands above, for any kind. */
export function OverviewPanel({ resource, status }: Props) {
  const { spec } = resource;
  const counts = kRoles
    .map((role) => ({ role, count: spec.desiredState.roles[role].count }))
    .filter(({ count }) => count > 0)
    .map(({ role, count }) => `${count} ${role}${count === 1 ? '' : 's'}`);
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Type', value: spec.deploymentType },
          { label: 'Region', value: spec.region },
          { label: 'Nodes declared', value: counts.join(', ') },
          { label: 'Redis', value: versionsOf(status) },
          { label: 'TLS', value: spec.enableTLS ? 'On' : 'Off' },
          { label: 'Persistence', value: persistenceWords[spec.persistence.mode] },
          { label: 'Heal policy', value: healPolicies[spec.heal].label },
          { label: 'VPC', value: status?.vpcUUID ?? spec.vpcUUID ?? 'Its own' },
          { label: 'Target clusters', value: listOr(spec.targetClusters, 'None') },
          { label: 'Client networks', value: listOr(spec.clientRanges, 'None') },
          { label: 'Created', value: <Time at={resource.createdAt} /> },
          { label: 'Observed', value: status === null ? '–' : <Age at={status.observedAt} /> },
          { label: 'Generation', value: String(resource.generation) },
          { label: 'Id', value: <code className="identifier">{resource.id}</code> },
        ]}
      />
    </Container>
  );
}
