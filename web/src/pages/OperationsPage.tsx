import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Multiselect from '@cloudscape-design/components/multiselect';
import Pagination from '@cloudscape-design/components/pagination';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useListOperationsQuery } from '../api/operations';
import type { OperationState } from '../api/types';
import { capital } from '../parts/format';
import { Page } from '../parts/Page';
import { ProblemAlert } from '../parts/ProblemAlert';
import { useCursorPages } from '../parts/useCursorPages';
import { operationColumns } from './operations/columns';

const states: readonly OperationState[] = [
  'pending',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
];
const optionOf = (value: string) => ({ value, label: capital(value) });
const stateOptions = states.map(optionOf);

const pageSize = 50;
const restMs = 10_000;
const busyMs = 2000;

/** Everything that was ever done, newest first. */
export function OperationsPage() {
  const [chosen, setChosen] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const state = chosen.join(',');
  const pages = useCursorPages(state);
  const { data, error, isLoading, refetch } = useListOperationsQuery(
    {
      limit: pageSize,
      ...(state === '' ? {} : { state }),
      ...(pages.cursor === undefined ? {} : { cursor: pages.cursor }),
    },
    {
      pollingInterval: busy ? busyMs : restMs,
      skipPollingIfUnfocused: true,
      refetchOnMountOrArgChange: true,
    },
  );
  const nowBusy = data?.items.some((operation) => !operation.final) ?? false;
  if (nowBusy !== busy) setBusy(nowBusy);
  return (
    <Page
      title="Operations"
      description="One operation is one run of a plan; its id is the correlation id of the API."
    >
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      <Table
        items={data?.items ?? []}
        columnDefinitions={operationColumns}
        trackBy="id"
        wrapLines
        loading={isLoading}
        loadingText="Loading operations"
        stickyHeader
        stickyHeaderVerticalOffset={57}
        header={
          <Header
            variant="h2"
            counter={data ? `(${data.total.toLocaleString('en-US')})` : ''}
            actions={<Button iconName="refresh" ariaLabel="Refresh" onClick={() => void refetch()} />}
          >
            History
          </Header>
        }
        filter={
          <Multiselect
            options={stateOptions}
            selectedOptions={chosen.map(optionOf)}
            onChange={({ detail }) => setChosen(detail.selectedOptions.map(({ value }) => value ?? ''))}
            placeholder="Any status"
            ariaLabel="Statuses to show"
          />
        }
        pagination={
          <Pagination
            currentPageIndex={pages.page}
            pagesCount={pages.pagesSeen}
            openEnd={data?.next != null}
            disabled={data === undefined}
            onChange={({ detail }) => pages.goTo(detail.currentPageIndex, data?.next ?? null)}
          />
        }
        empty={
          <Box textAlign="center" padding="l">
            {chosen.length === 0 ? 'Nothing has been done yet.' : 'No operation has this status.'}
          </Box>
        }
        ariaLabels={{ tableLabel: 'Operations' }}
      />
    </Page>
  );
}
