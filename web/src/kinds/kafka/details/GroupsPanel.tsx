import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { TableProps } from '@cloudscape-design/components/table';
import { SeriesPanel } from '../../../resource/panels/SeriesPanel';
import { lagMetric } from '../model/metrics';
import { kafka } from '../model/names';
import type { KafkaGroup, KafkaStatus } from '../model/types';
import { ListTable } from './ListTable';

/** In Kafka's words, as its own tools say them. */
const looks: Readonly<Record<string, 'success' | 'stopped' | 'in-progress'>> = {
  Stable: 'success',
  Empty: 'stopped',
  Dead: 'stopped',
  PreparingRebalance: 'in-progress',
  CompletingRebalance: 'in-progress',
  Assigning: 'in-progress',
  Reconciling: 'in-progress',
};

const byLag: TableProps.SortingColumn<KafkaGroup> = { sortingField: 'lag' };

const columns: TableProps.ColumnDefinition<KafkaGroup>[] = [
  {
    id: 'id',
    header: 'Group',
    cell: ({ id }) => <span className="breakable">{id}</span>,
    sortingField: 'id',
    isRowHeader: true,
    minWidth: 140,
  },
  {
    id: 'state',
    header: 'State',
    cell: ({ state }) => <StatusIndicator type={looks[state] ?? 'info'}>{state}</StatusIndicator>,
    sortingField: 'state',
  },
  { id: 'members', header: 'Members', cell: ({ members }) => members, sortingField: 'members' },
  {
    id: 'lag',
    header: 'Lag, in records',
    cell: ({ lag }) => lag.toLocaleString('en-US'),
    sortingField: 'lag',
  },
];

const matches = ({ id, state }: KafkaGroup, text: string): boolean =>
  [id, state].some((one) => one.toLowerCase().includes(text));

const metrics = [lagMetric];

/** Who reads together, and how far behind they are. */
export function GroupsPanel({ id, status }: { id: string; status: KafkaStatus | null }) {
  return (
    <SpaceBetween size="l">
      <ListTable
        title="Consumer groups"
        description="Lag is what a group has not read yet, over all partitions."
        noun="group"
        items={status?.consumerGroups ?? null}
        columns={columns}
        trackBy="id"
        sortedBy={byLag}
        isDescending
        matches={matches}
      />
      <SeriesPanel id={id} noun={kafka.noun.one} metrics={metrics} />
    </SpaceBetween>
  );
}
