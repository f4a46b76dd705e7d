import type { TableProps } from '@cloudscape-design/components/table';
import type { KafkaStatus, KafkaTopic } from '../model/types';
import { ListTable } from './ListTable';

const settingsOf = ({ configuration }: KafkaTopic): string[] =>
  Object.entries(configuration).map(([key, value]) => `${key}=${value}`);

const byName: TableProps.SortingColumn<KafkaTopic> = { sortingField: 'name' };

const columns: TableProps.ColumnDefinition<KafkaTopic>[] = [
  {
    id: 'name',
    header: 'Topic',
    cell: ({ name }) => <span className="breakable">{name}</span>,
    sortingField: 'name',
    isRowHeader: true,
    minWidth: 140,
  },
  {
    id: 'partitions',
    header: 'Partitions',
    cell: ({ partitions }) => partitions.toLocaleString('en-US'),
    sortingField: 'partitions',
  },
  {
    id: 'replicas',
    header: 'Replicas',
    cell: ({ replicationFactor }) => replicationFactor,
    sortingField: 'replicationFactor',
  },
  {
    id: 'configuration',
    header: 'Configuration',
    minWidth: 200,
    cell: (topic) => {
      const settings = settingsOf(topic);
      return settings.length === 0
        ? 'As in the defaults'
        : settings.map((setting) => (
            <div key={setting}>
              <code className="breakable">{setting}</code>
            </div>
          ));
    },
  },
];

const matches = (topic: KafkaTopic, text: string): boolean =>
  [topic.name, ...settingsOf(topic)].some((one) => one.toLowerCase().includes(text));

/** The topics that there are, declared or not; Kafka's own are not among them. */
export function TopicsPanel({ status }: { status: KafkaStatus | null }) {
  return (
    <ListTable
      title="Topics"
      description="As they were seen last, whoever made them; without Kafka’s own."
      noun="topic"
      items={status?.topics ?? null}
      columns={columns}
      trackBy="name"
      sortedBy={byName}
      matches={matches}
    />
  );
}
