import { lazy } from 'react';
import { createHref, pageHref } from '../../../resource/kind';
import * as columns from '../../../resource/list/columns';
import type { ListColumn, ListDescription } from '../../../resource/list/description';
import { listActionsOf } from '../actions/actions';
import { roles } from '../model/form';
import { kafka } from '../model/names';
import { clusterTypes } from '../model/types';
import { PartitionsCell } from './PartitionsCell';

const hrefOf = ({ id }: { id: string }) => pageHref(kafka, id);

const partitionsColumn: ListColumn = {
  id: 'partitions',
  header: 'Troubled partitions',
  cell: (resource) => <PartitionsCell resource={resource} />,
};

export const clusterList: ListDescription = {
  title: kafka.title.many,
  description: kafka.description,
  noun: kafka.noun,
  kind: kafka.kind,
  viewKey: 'kafka.view',
  columns: [
    columns.nameColumn(hrefOf),
    columns.stateColumn,
    columns.operationColumn,
    columns.typeColumn,
    columns.rolesColumn(roles),
    columns.versionColumn,
    columns.regionColumn,
    partitionsColumn,
    columns.costColumn,
    columns.ageColumn,
    columns.changedColumn,
  ],
  filters: { types: clusterTypes },
  hrefOf,
  actionsOf: listActionsOf,
  createHref: createHref(kafka),
  FirstSteps: lazy(async () => ({ default: (await import('./FirstCluster')).FirstCluster })),
};
