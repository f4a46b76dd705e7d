import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useGetDriftQuery, useLazyGetDriftQuery } from '../../api/servers';
import type { DriftAnswer } from '../../api/types';
import { actorInWords } from '../../parts/actor';
import { InternalLink } from '../../parts/InternalLink';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { Age, Time } from '../../parts/Time';

type DriftItem = DriftAnswer['items'][number];

const healers: Record<DriftItem['heals'], string> = {
  safe: 'Under “safe” and “replace”',
  replace: 'Under “replace” only',
  none: 'Never by itself',
};

interface Props {
  id: string;
  /** What it is, as in "The cluster has not been observed yet." */
  noun: string;
  /** Absent where the kind heals nothing. */
  onHeal?: (() => void) | undefined;
}

/** What is there otherwise than declared. */
export function DriftPanel({ id, noun, onHeal }: Props) {
  const { data, error, isLoading, refetch } = useGetDriftQuery(
    { id },
    { pollingInterval: 10_000, skipPollingIfUnfocused: true },
  );
  const [look, looking] = useLazyGetDriftQuery();
  // Looking at the machines answers more than the stored status knew; the poll then finds the same.
  const answer =
    looking.data !== undefined && newer(looking.data.observedAt, data?.observedAt) ? looking.data : data;
  return (
    <SpaceBetween size="m">
      {(error ?? looking.error) !== undefined && (
        <ProblemAlert error={error ?? looking.error} onRetry={() => void refetch()} />
      )}
      {answer?.healing.message != null && (
        <Alert
          type="warning"
          i18nStrings={{ warningIconAriaLabel: 'Warning' }}
          header="A failed operation waits"
          action={
            answer.healing.waitsFor !== null && (
              <InternalLink href={`/operations/${answer.healing.waitsFor}`}>Open the operation</InternalLink>
            )
          }
        >
          {answer.healing.message}.
        </Alert>
      )}
      {answer !== undefined && answer.healing.tasks.length > 0 && (
        <Alert
          type="info"
          i18nStrings={{ infoIconAriaLabel: 'Information' }}
          header="Ashlar is going to do by itself"
        >
          {answer.healing.tasks.map((task) => (
            <PendingTask key={`${task.action} ${task.because}`} task={task} />
          ))}
        </Alert>
      )}
      <Table<DriftItem>
        header={
          <Header
            variant="h2"
            counter={answer === undefined ? undefined : `(${answer.items.length})`}
            description={
              answer?.observedAt == null ? undefined : (
                <>
                  Observed <Age at={answer.observedAt} />
                </>
              )
            }
            actions={
              <SpaceBetween size="xs" direction="horizontal">
                <Button loading={looking.isFetching} onClick={() => void look({ id, refresh: true })}>
                  Look now
                </Button>
                {onHeal !== undefined && (
                  <Button disabled={answer?.drifted !== true} onClick={onHeal}>
                    Heal
                  </Button>
                )}
              </SpaceBetween>
            }
          >
            Drift
          </Header>
        }
        loading={isLoading}
        loadingText="Loading the drift"
        items={answer?.items ?? []}
        wrapLines
        empty={
          <Box textAlign="center">
            {answer?.observedAt == null ? (
              `The ${noun} has not been observed yet.`
            ) : (
              <StatusIndicator type="success">Everything is as declared</StatusIndicator>
            )}
          </Box>
        }
        columnDefinitions={[
          {
            id: 'node',
            header: 'Node',
            cell: ({ node }) => node ?? `The ${noun}`,
            isRowHeader: true,
            minWidth: 110,
          },
          { id: 'message', header: 'What', cell: whatOf, minWidth: 200 },
          { id: 'declared', header: 'Declared', cell: ({ declared }) => declared ?? '–' },
          { id: 'found', header: 'Found', cell: ({ found }) => found ?? '–' },
          { id: 'heals', header: 'Healed', cell: ({ heals }) => healers[heals] },
        ]}
      />
    </SpaceBetween>
  );
}

/** What is wanted, in whose name, and what it waits for. */
function PendingTask({ task }: { task: DriftAnswer['healing']['tasks'][number] }) {
  return (
    <>
      <div>{`${task.action}: ${task.because}`}</div>
      <Box variant="small">
        {actorInWords(task.actor)}
        {task.waitsBecause !== null && `; waits, since ${task.waitsBecause}`}
        {task.notBefore !== null && (
          <>
            ; the last attempt did not help, the next is not before <Time at={task.notBefore} />
          </>
        )}
      </Box>
    </>
  );
}

/** The node has a column of its own. */
function whatOf({ node, message }: DriftItem): string {
  return node !== null && message.startsWith(`${node}: `) ? message.slice(node.length + 2) : message;
}

function newer(one: string | null, other: string | null | undefined): boolean {
  if (one === null) return false;
  return other == null || one >= other;
}
