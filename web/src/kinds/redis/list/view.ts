import type { ServerQuery } from '../../../api/servers';
import type { Query } from './filter';

/** How the list is looked at; kept in this browser, so that it is found again as it was left. */
export interface View {
  query: Query;
  sort: Sort;
  descending: boolean;
  columns: string[];
  pageSize: number;
}

export type Sort = NonNullable<ServerQuery['sort']>;

export const pageSizes: readonly number[] = [20, 50, 100, 200];

export const columnNames = {
  name: 'Name',
  state: 'Status',
  operation: 'Operation',
  type: 'Type',
  region: 'Region',
  nodes: 'Nodes',
  version: 'Version',
  monthlyUsd: 'Monthly',
  createdAt: 'Age',
  health: 'Health',
  updatedAt: 'Changed',
} as const;

export type ColumnId = keyof typeof columnNames;
export const columnIds = Object.keys(columnNames) as ColumnId[];

export const usualView: View = {
  query: { operation: 'and', tokens: [] },
  sort: 'createdAt',
  descending: true,
  columns: columnIds.filter((id) => id !== 'health' && id !== 'updatedAt'),
  pageSize: 20,
};

const sorts: readonly string[] = [
  'name',
  'state',
  'health',
  'type',
  'region',
  'version',
  'nodes',
  'monthlyUsd',
  'createdAt',
  'updatedAt',
];

/** A stored view may be of another version of the console, or not a view at all. */
export function isView(value: unknown): value is View {
  if (typeof value !== 'object' || value === null) return false;
  const view = value as Partial<View>;
  return (
    Array.isArray(view.query?.tokens) &&
    view.query.tokens.every(
      (token: unknown) => typeof token === 'object' && token !== null && 'value' in token,
    ) &&
    typeof view.sort === 'string' &&
    sorts.includes(view.sort) &&
    typeof view.descending === 'boolean' &&
    Array.isArray(view.columns) &&
    view.columns.includes('name') &&
    view.columns.every((id) => id in columnNames) &&
    pageSizes.includes(view.pageSize ?? 0)
  );
}
