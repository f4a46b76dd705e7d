import type { ListColumn, Sort } from './description';
import type { Query } from './filter';

/** How a list is looked at; kept in this browser, so that it is found again as it was left. */
export interface View {
  query: Query;
  sort: Sort;
  descending: boolean;
  columns: string[];
  pageSize: number;
}

type Columns = readonly Pick<ListColumn, 'id' | 'sort' | 'isExtra'>[];

export const pageSizes: readonly number[] = [20, 50, 100, 200];

/** The newest first, with every column that is not an extra. */
export const usualView = (columns: Columns): View => ({
  query: { operation: 'and', tokens: [] },
  sort: 'createdAt',
  descending: true,
  columns: columns.filter(({ isExtra = false }) => !isExtra).map(({ id }) => id),
  pageSize: 20,
});

/** Leads to the resource, and is always shown. */
export const nameId = 'name';

/** A stored view may be of another version of the console, or not a view at all. */
export const isViewOf =
  (columns: Columns) =>
  (value: unknown): value is View => {
    if (typeof value !== 'object' || value === null) return false;
    const view = value as Partial<View>;
    return (
      Array.isArray(view.query?.tokens) &&
      view.query.tokens.every(
        (token: unknown) => typeof token === 'object' && token !== null && 'value' in token,
      ) &&
      columns.some(({ sort }) => sort !== undefined && sort === view.sort) &&
      typeof view.descending === 'boolean' &&
      Array.isArray(view.columns) &&
      view.columns.includes(nameId) &&
      view.columns.every((chosen) => columns.some(({ id }) => id === chosen)) &&
      pageSizes.includes(view.pageSize ?? 0)
    );
  };
