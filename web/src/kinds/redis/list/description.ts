import { lazy } from 'react';
import { createHref, pageHref } from '../../../resource/kind';
import * as columns from '../../../resource/list/columns';
import type { ListDescription } from '../../../resource/list/description';
import { listActionsOf } from '../actions/actions';
import { kRoles } from '../model/form';
import { redis } from '../model/names';

const hrefOf = ({ id }: { id: string }) => pageHref(redis, id);

export const clusterList: ListDescription = {
  title: redis.title.many,
  description: redis.description,
  noun: redis.noun,
  kind: redis.kind,
  viewKey: 'redis.view',
  columns: [
    columns.nameColumn(hrefOf),
    columns.stateColumn,
    columns.operationColumn,
    columns.typeColumn,
    columns.regionColumn,
    columns.rolesColumn(kRoles),
    columns.versionColumn,
    columns.costColumn,
    columns.ageColumn,
    columns.changedColumn,
  ],
  filters: { types: ['sentinel', 'single'] },
  hrefOf,
  actionsOf: listActionsOf,
  createHref: createHref(redis),
  FirstSteps: lazy(async () => ({ default: (await import('./FirstCluster')).FirstCluster })),
};
