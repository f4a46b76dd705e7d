import type { TableProps } from '@cloudscape-design/components/table';
import type { Operation } from '../../api/types';
import { actorInWords } from '../../parts/actor';
import { formatDuration } from '../../parts/format';
import { InternalLink } from '../../parts/InternalLink';
import { Money } from '../../parts/Money';
import { resourceHref } from '../../parts/resource-href';
import { OperationStatus } from '../../parts/Status';
import { Age } from '../../parts/Time';

function Steps({ operation }: { operation: Operation }) {
  const done = `${operation.stepsDone} of ${operation.stepsTotal}`;
  return <span>{operation.final ? done : `${done} (${operation.progressPercent}%)`}</span>;
}

const isGone = ({ action, state }: Operation) => action === 'delete' && state === 'succeeded';

export const operationColumns: TableProps.ColumnDefinition<Operation>[] = [
  {
    id: 'summary',
    header: 'Operation',
    cell: (operation) => (
      <InternalLink href={`/operations/${operation.id}`}>{operation.summary}</InternalLink>
    ),
    isRowHeader: true,
    minWidth: 220,
  },
  {
    id: 'state',
    header: 'Status',
    cell: (operation) => <OperationStatus operation={operation} />,
    minWidth: 150,
  },
  { id: 'steps', header: 'Steps', cell: (operation) => <Steps operation={operation} />, minWidth: 110 },
  {
    id: 'resource',
    header: 'Resource',
    minWidth: 160,
    cell: (operation) =>
      isGone(operation) ? (
        operation.resourceName
      ) : (
        <InternalLink href={resourceHref(operation.kind, operation.resourceId)}>
          {operation.resourceName}
        </InternalLink>
      ),
  },
  { id: 'actor', header: 'Asked for by', cell: ({ actor }) => actorInWords(actor), minWidth: 120 },
  { id: 'age', header: 'Age', cell: ({ createdAt }) => <Age at={createdAt} />, minWidth: 90 },
  {
    id: 'elapsed',
    header: 'Took',
    cell: ({ startedAt, elapsedMs }) => (startedAt === null ? '–' : formatDuration(elapsedMs)),
    minWidth: 90,
  },
  {
    id: 'cost',
    header: 'Cost a month',
    cell: ({ monthlyUsdBefore, monthlyUsdAfter }) => (
      <Money before={monthlyUsdBefore} usd={monthlyUsdAfter} />
    ),
    minWidth: 150,
  },
];
