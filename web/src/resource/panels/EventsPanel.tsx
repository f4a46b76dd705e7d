import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useListServerEventsQuery } from '../../api/history';
import type { OperationEvent } from '../../api/types';
import { CursorPager, useCursors } from '../../parts/CursorPager';
import { InternalLink } from '../../parts/InternalLink';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { Time } from '../../parts/Time';

/** What a resource has been through, the latest first. */
export function EventsPanel({ id }: { id: string }) {
  const cursors = useCursors();
  const { data, error, isLoading, refetch } = useListServerEventsQuery(
    { id, limit: 50, ...(cursors.current === undefined ? {} : { cursor: cursors.current }) },
    { pollingInterval: 5_000, skipPollingIfUnfocused: true },
  );
  return (
    <SpaceBetween size="m">
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      <Table<OperationEvent>
        header={<Header variant="h2">Events</Header>}
        items={data?.items ?? []}
        trackBy={({ operationId, number }) => `${operationId} ${number}`}
        wrapLines
        loading={isLoading}
        loadingText="Loading events"
        empty={<Box textAlign="center">Nothing has happened yet.</Box>}
        footer={<CursorPager cursors={cursors} next={data?.next ?? null} />}
        columnDefinitions={[
          { id: 'at', header: 'When', cell: ({ at }) => <Time at={at} />, minWidth: 180 },
          { id: 'message', header: 'What', cell: ({ message }) => message, isRowHeader: true, minWidth: 200 },
          { id: 'type', header: 'Event', cell: ({ type }) => <code>{type}</code> },
          {
            id: 'operation',
            header: 'Operation',
            cell: ({ operationId }) => (
              <InternalLink
                href={`/operations/${operationId}`}
                ariaLabel={`Open the operation ${operationId}`}
              >
                Open
              </InternalLink>
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}
