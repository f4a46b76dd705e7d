import type { ComponentType, ReactNode } from 'react';
import type { ServerQuery } from '../../api/servers';
import type { ServerSummary } from '../../api/types';
import type { ActionChoice } from '../actions/actions';

export type Sort = NonNullable<ServerQuery['sort']>;

export interface ListColumn {
  readonly id: string;
  readonly header: string;
  /** Sorting is the server's; a column without it cannot be sorted by. */
  readonly sort?: Sort;
  /** Shown only when it is chosen. */
  readonly isExtra?: boolean;
  /** `openOperation` shows one over the list. */
  readonly cell: (resource: ServerSummary, openOperation: (id: string) => void) => ReactNode;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

/** What a list can be filtered by beside name, status, health, region and version. */
export interface ListFilters {
  readonly kinds?: readonly Choice[];
  readonly types?: readonly string[];
}

/** What a list of resources shows, of one kind or of several. */
export interface ListDescription {
  readonly title: string;
  readonly description: string;
  /** In lower case: cluster, clusters. */
  readonly noun: { readonly one: string; readonly many: string };
  /** Only those of one kind. */
  readonly kind?: string;
  /** Under which the view is kept in the browser. */
  readonly viewKey: string;
  /** Of which the first is the name. */
  readonly columns: readonly ListColumn[];
  readonly filters: ListFilters;
  readonly hrefOf: (resource: ServerSummary) => string;
  /** What can be done from the list; without it, its lines are looked at only. */
  readonly actionsOf?: (
    resource: ServerSummary,
    mayAct: (action: string) => boolean,
  ) => readonly ActionChoice[];
  /** Where one is created. */
  readonly createHref?: string;
  /** In place of a list that is empty. */
  readonly FirstSteps: ComponentType;
}
