import type { TableProps } from '@cloudscape-design/components/table';
import type { ServerSummary } from '../../../api/types';
import { InternalLink } from '../../../parts/InternalLink';
import { Money } from '../../../parts/Money';
import { ServerStatus } from '../../../parts/Status';
import { Age } from '../../../parts/Time';
import { OperationCell } from './OperationCell';
import { columnNames, type ColumnId, type Sort } from './view';

const roleNames = ['master', 'replica', 'sentinel'] as const;
const roleLetters = { master: 'M', replica: 'R', sentinel: 'S' };

/** `3 M · 6 R · 3 S`, with whole words for who points at it or hears it. */
function NodeCounts({ counts }: { counts: ServerSummary['nodeCounts'] }) {
  const present = roleNames.filter((role) => (counts[role] ?? 0) > 0);
  const words = present
    .map((role) => `${counts[role] ?? 0} ${role}${counts[role] === 1 ? '' : 's'}`)
    .join(', ');
  return (
    <span title={words}>
      <span aria-hidden="true">
        {present.map((role) => `${counts[role] ?? 0} ${roleLetters[role]}`).join(' · ')}
      </span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

const cells: Record<ColumnId, (server: ServerSummary, onOperation: (id: string) => void) => React.ReactNode> =
  {
    name: (server) => <InternalLink href={`/servers/${server.id}`}>{server.name}</InternalLink>,
    state: (server) => <ServerStatus state={server.state} />,
    operation: (server, onOperation) => <OperationCell operation={server.operation} onOpen={onOperation} />,
    type: (server) => server.type ?? '–',
    region: (server) => server.region ?? '–',
    nodes: (server) => <NodeCounts counts={server.nodeCounts} />,
    version: (server) => server.version ?? '–',
    monthlyUsd: (server) => (server.monthlyUsd === null ? '–' : <Money usd={server.monthlyUsd} />),
    createdAt: (server) => <Age at={server.createdAt} />,
    health: (server) => server.health ?? '–',
    updatedAt: (server) => <Age at={server.updatedAt} />,
  };

export interface Column extends TableProps.ColumnDefinition<ServerSummary> {
  id: ColumnId;
  sortingField?: Sort;
}

/** All columns; the table shows those that the view names. Sorting is the server's. */
export function columnsFor(onOperation: (id: string) => void): Column[] {
  return (Object.keys(columnNames) as ColumnId[]).map((id) => ({
    id,
    header: columnNames[id],
    cell: (server) => cells[id](server, onOperation),
    isRowHeader: id === 'name',
    ...(id === 'operation' ? {} : { sortingField: id }),
  }));
}
