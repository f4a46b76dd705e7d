// Columns that any list of resources may have; a list chooses among them and adds its own.

import type { ServerSummary } from '../../api/types';
import { capital, formatCount } from '../../parts/format';
import { InternalLink } from '../../parts/InternalLink';
import { Money } from '../../parts/Money';
import { ConditionStatus } from '../../parts/Status';
import { Age } from '../../parts/Time';
import type { ListColumn } from './description';
import { OperationCell } from './OperationCell';

export const nameColumn = (hrefOf: (resource: ServerSummary) => string): ListColumn => ({
  id: 'name',
  header: 'Name',
  sort: 'name',
  cell: (resource) => <InternalLink href={hrefOf(resource)}>{resource.name}</InternalLink>,
});

export const stateColumn: ListColumn = {
  id: 'state',
  header: 'Status',
  sort: 'state',
  cell: ({ condition }) => <ConditionStatus condition={condition} />,
};

export const operationColumn: ListColumn = {
  id: 'operation',
  header: 'Operation',
  cell: ({ operation }, openOperation) => <OperationCell operation={operation} onOpen={openOperation} />,
};

export const typeColumn: ListColumn = {
  id: 'type',
  header: 'Type',
  sort: 'type',
  cell: ({ type }) => type ?? '–',
};

export const regionColumn: ListColumn = {
  id: 'region',
  header: 'Region',
  sort: 'region',
  cell: ({ region }) => region ?? '–',
};

export const nodesColumn: ListColumn = {
  id: 'nodes',
  header: 'Nodes',
  sort: 'nodes',
  cell: ({ nodes }) => nodes,
};

/** Counts by role, in the given order. */
export const rolesColumn = (roles: readonly string[]): ListColumn => ({
  ...nodesColumn,
  cell: ({ nodeCounts }) => <RoleCounts counts={nodeCounts} roles={roles} />,
});

export const versionColumn: ListColumn = {
  id: 'version',
  header: 'Version',
  sort: 'version',
  cell: ({ version }) => version ?? '–',
};

export const costColumn: ListColumn = {
  id: 'monthlyUsd',
  header: 'Monthly',
  sort: 'monthlyUsd',
  cell: ({ monthlyUsd }) => (monthlyUsd === null ? '–' : <Money usd={monthlyUsd} />),
};

export const ageColumn: ListColumn = {
  id: 'createdAt',
  header: 'Age',
  sort: 'createdAt',
  cell: ({ createdAt }) => <Age at={createdAt} />,
};

export const changedColumn: ListColumn = {
  id: 'updatedAt',
  header: 'Changed',
  sort: 'updatedAt',
  isExtra: true,
  cell: ({ updatedAt }) => <Age at={updatedAt} />,
};

interface CountsProps {
  counts: ServerSummary['nodeCounts'];
  roles: readonly string[];
}

/** `3 M · 6 R · 3 S`, with whole words for who points at it or hears it. */
function RoleCounts({ counts, roles }: CountsProps) {
  const present = roles.filter((role) => (counts[role] ?? 0) > 0);
  const words = present.map((role) => formatCount(counts[role] ?? 0, role)).join(', ');
  return (
    <span title={words}>
      <span aria-hidden="true">
        {present.map((role) => `${counts[role] ?? 0} ${capital(role).charAt(0)}`).join(' · ')}
      </span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
