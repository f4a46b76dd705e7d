import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useNavigate } from 'react-router';
import { useListRedisQuery } from '../../../api/servers';
import type { RedisServer } from '../../../api/types';
import { InternalLink } from '../../../parts/InternalLink';
import { Page } from '../../../parts/Page';
import { ProblemAlert } from '../../../parts/ProblemAlert';
import { ServerStatus } from '../../../parts/Status';
import { Age } from '../../../parts/Time';

const columns: TableProps.ColumnDefinition<RedisServer>[] = [
  {
    id: 'name',
    header: 'Name',
    cell: (server) => <InternalLink href={`/servers/${server.id}`}>{server.name}</InternalLink>,
    isRowHeader: true,
  },
  { id: 'state', header: 'Status', cell: (server) => <ServerStatus state={server.state} /> },
  { id: 'region', header: 'Region', cell: (server) => server.spec.region },
  { id: 'age', header: 'Age', cell: (server) => <Age at={server.createdAt} /> },
];

export function ServersPage() {
  const navigate = useNavigate();
  const { data, error, isLoading, refetch } = useListRedisQuery({});
  return (
    <Page
      title="Redis clusters"
      actions={
        <Button variant="primary" onClick={() => void navigate('/servers/create')}>
          Create
        </Button>
      }
    >
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      <Table
        items={data?.items ?? []}
        columnDefinitions={columns}
        trackBy="id"
        loading={isLoading}
        loadingText="Loading clusters"
        empty={<Box textAlign="center">There is no cluster yet.</Box>}
        ariaLabels={{ tableLabel: 'Redis clusters' }}
      />
    </Page>
  );
}
