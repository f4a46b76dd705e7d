import Box from '@cloudscape-design/components/box';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { skipToken } from '@reduxjs/toolkit/query';
import { useState } from 'react';
import { useGetEventsQuery, useListOperationsQuery } from '../../../api/operations';
import type { OperationEvent } from '../../../api/types';
import { ProblemAlert } from '../../../parts/ProblemAlert';
import { Time } from '../../../parts/Time';

/** As many as one answer holds; longer histories are on the operation's own page. */
const mostEvents = 1000;

/** What happened in one operation of the cluster, the last line first. */
export function EventsPanel({ id }: { id: string }) {
  const operations = useListOperationsQuery({ resourceId: id, limit: 50 });
  const [chosen, setChosen] = useState<string | null>(null);
  const known = operations.data?.items ?? [];
  const operation = known.find((one) => one.id === chosen) ?? known[0];
  const [finished, setFinished] = useState<string | null>(null);
  const events = useGetEventsQuery(
    operation === undefined ? skipToken : { id: operation.id, after: 0, limit: mostEvents },
    { pollingInterval: finished === operation?.id ? 0 : 3_000, skipPollingIfUnfocused: true },
  );
  const answer = events.currentData;
  if (answer?.operation.final === true && answer.next === null && finished !== answer.operation.id)
    setFinished(answer.operation.id);
  const options = known.map((one) => ({ value: one.id, label: one.summary, description: one.createdAt }));
  return (
    <SpaceBetween size="m">
      <ProblemAlert error={operations.error ?? events.error} />
      <Table<OperationEvent>
        header={
          <Header
            variant="h2"
            counter={answer === undefined ? undefined : `(${answer.items.length})`}
            actions={
              <FormField label="Operation">
                <Select
                  options={options}
                  selectedOption={options.find(({ value }) => value === operation?.id) ?? null}
                  placeholder="None yet"
                  onChange={({ detail }) => setChosen(detail.selectedOption.value ?? null)}
                />
              </FormField>
            }
          >
            Events
          </Header>
        }
        items={[...(answer?.items ?? [])].reverse()}
        trackBy={({ number }) => String(number)}
        wrapLines
        loading={
          operations.isLoading ||
          (operation !== undefined && answer === undefined && events.error === undefined)
        }
        loadingText="Loading events"
        empty={<Box textAlign="center">Nothing has happened yet.</Box>}
        columnDefinitions={[
          { id: 'at', header: 'When', cell: ({ at }) => <Time at={at} />, minWidth: 180 },
          { id: 'type', header: 'Event', cell: ({ type }) => <code>{type}</code> },
          { id: 'step', header: 'Step', cell: ({ stepKey }) => stepKey ?? '–' },
          { id: 'message', header: 'What', cell: ({ message }) => message, isRowHeader: true },
        ]}
      />
    </SpaceBetween>
  );
}
