import Box from '@cloudscape-design/components/box';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useListOperationsQuery } from '../api/operations';
import type { Operation } from '../api/types';
import { InternalLink } from '../parts/InternalLink';
import { Page } from '../parts/Page';
import { ProblemAlert } from '../parts/ProblemAlert';
import { OperationStatus } from '../parts/Status';
import { Age } from '../parts/Time';

const columns: TableProps.ColumnDefinition<Operation>[] = [
  {
    id: 'summary',
    header: 'Operation',
    cell: (operation) => (
      <InternalLink href={`/operations/${operation.id}`}>{operation.summary}</InternalLink>
    ),
    isRowHeader: true,
  },
  { id: 'state', header: 'Status', cell: (operation) => <OperationStatus operation={operation} /> },
  { id: 'age', header: 'Age', cell: (operation) => <Age at={operation.createdAt} /> },
];

export function OperationsPage() {
  const { data, error, isLoading, refetch } = useListOperationsQuery({});
  return (
    <Page title="Operations">
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      <Table
        items={data?.items ?? []}
        columnDefinitions={columns}
        trackBy="id"
        loading={isLoading}
        loadingText="Loading operations"
        empty={<Box textAlign="center">Nothing has been done yet.</Box>}
        ariaLabels={{ tableLabel: 'Operations' }}
      />
    </Page>
  );
}
