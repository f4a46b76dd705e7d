import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useGetSizesQuery } from '../../../api/catalog';
import type { RedisServerDetail } from '../../../api/types';
import { formatMoney } from '../../../parts/format';
import { Age, Time } from '../../../parts/Time';
import { kRoles } from '../model/form';
import { findSize } from '../model/sizes';
import type { RedisStatus, Size } from '../model/types';

const healthLooks = {
  healthy: { type: 'success', word: 'Healthy' },
  degraded: { type: 'warning', word: 'Degraded' },
  down: { type: 'error', word: 'Down' },
} as const;

const healWords = { safe: 'Safe', replace: 'Replace', none: 'None' } as const;
const persistenceWords = { aof: 'Every write (aof)', rdb: 'Snapshots (rdb)', none: 'None' } as const;

function costOf(server: RedisServerDetail, sizes: readonly Size[]): string {
  const prices = server.machines.map(({ size }) =>
    size === null ? undefined : findSize(sizes, size)?.priceMonthlyUsd,
  );
  if (prices.length === 0 || prices.some((price) => price === undefined)) return '–';
  return `${formatMoney(prices.reduce<number>((sum, price) => sum + (price ?? 0), 0))} a month`;
}

function versionsOf(status: RedisStatus | null): string {
  const versions = [...new Set((status?.nodes ?? []).flatMap(({ version }) => version ?? []))];
  return versions.length === 0 ? '–' : versions.join(', ');
}

const listOr = (list: readonly string[], none: string) => (list.length === 0 ? none : list.join(', '));

/** The cluster at a glance. */
export function OverviewPanel({ server, status }: { server: RedisServerDetail; status: RedisStatus | null }) {
  const { data: sizes = [] } = useGetSizesQuery();
  const { spec } = server;
  const counts = kRoles
    .map((role) => ({ role, count: spec.desiredState.roles[role].count }))
    .filter(({ count }) => count > 0)
    .map(({ role, count }) => `${count} ${role}${count === 1 ? '' : 's'}`);
  return (
    <Container header={<Header variant="h2">Overview</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: 'Health',
            value:
              server.state === 'stopped' ? (
                <StatusIndicator type="stopped">Stopped</StatusIndicator>
              ) : status === null ? (
                <StatusIndicator type="pending">Not observed yet</StatusIndicator>
              ) : (
                <StatusIndicator type={healthLooks[status.health].type}>
                  {healthLooks[status.health].word}
                </StatusIndicator>
              ),
          },
          { label: 'Type', value: spec.deploymentType },
          { label: 'Region', value: spec.region },
          { label: 'Nodes', value: counts.join(', ') },
          { label: 'Redis', value: versionsOf(status) },
          { label: 'TLS', value: spec.enableTLS ? 'On' : 'Off' },
          { label: 'Persistence', value: persistenceWords[spec.persistence.mode] },
          { label: 'Heal policy', value: healWords[spec.heal] },
          { label: 'Cost', value: costOf(server, sizes) },
          { label: 'VPC', value: status?.vpcUUID ?? spec.vpcUUID ?? 'Its own' },
          { label: 'Target clusters', value: listOr(spec.targetClusters, 'None') },
          { label: 'Client networks', value: listOr(spec.clientRanges, 'None') },
          { label: 'Created', value: <Time at={server.createdAt} /> },
          { label: 'Observed', value: status === null ? '–' : <Age at={status.observedAt} /> },
          { label: 'Generation', value: String(server.generation) },
          { label: 'Id', value: <code className="identifier">{server.id}</code> },
        ]}
      />
    </Container>
  );
}
