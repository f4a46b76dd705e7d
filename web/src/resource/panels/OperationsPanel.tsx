import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useListOperationsQuery } from '../../api/operations';
import type { Operation } from '../../api/types';
import { CursorPager, useCursors } from '../../parts/CursorPager';
import { formatDuration } from '../../parts/format';
import { InternalLink } from '../../parts/InternalLink';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { OperationStatus } from '../../parts/Status';
import { Time } from '../../parts/Time';

/** Everything that was ever done with a resource, newest first. */
export function OperationsPanel({ id, noun }: { id: string; noun: string }) {
  const cursors = useCursors();
  const { data, error, isFetching, refetch } = useListOperationsQuery(
    { resourceId: id, limit: 20, ...(cursors.current === undefined ? {} : { cursor: cursors.current }) },
    { pollingInterval: 5_000, skipPollingIfUnfocused: true },
  );
  return (
    <SpaceBetween size="m">
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      <Table<Operation>
        header={<Header variant="h2">Operations</Header>}
        items={data?.items ?? []}
        trackBy="id"
        wrapLines
        loading={isFetching && data === undefined}
        loadingText="Loading operations"
        empty={<Box textAlign="center">Nothing has been done with this {noun} yet.</Box>}
        columnDefinitions={[
          {
            id: 'summary',
            header: 'Operation',
            isRowHeader: true,
            minWidth: 240,
            cell: (operation) => (
              <InternalLink href={`/operations/${operation.id}`}>{operation.summary}</InternalLink>
            ),
          },
          {
            id: 'state',
            header: 'Status',
            minWidth: 150,
            cell: (operation) => <OperationStatus operation={operation} />,
          },
          {
            id: 'steps',
            header: 'Steps',
            minWidth: 110,
            cell: ({ stepsDone, stepsTotal }) => `${stepsDone} of ${stepsTotal}`,
          },
          { id: 'begun', header: 'Begun', minWidth: 180, cell: ({ createdAt }) => <Time at={createdAt} /> },
          { id: 'elapsed', header: 'Took', minWidth: 90, cell: ({ elapsedMs }) => formatDuration(elapsedMs) },
        ]}
        footer={<CursorPager cursors={cursors} next={data?.next ?? null} />}
      />
    </SpaceBetween>
  );
}
