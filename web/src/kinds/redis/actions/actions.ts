// What can be done with a cluster.

import type { ServerSummary } from '../../../api/types';
import { forLists, whyNot, type ActionChoice } from '../../../resource/actions/actions';
import { actionHref } from '../../../resource/kind';
import { redis } from '../model/names';
import type { RedisResource } from '../model/types';

export type ActionId =
  'update' | 'upgrade' | 'downgrade' | 'switchover' | 'rotate' | 'heal' | 'stop' | 'start' | 'delete';

interface Cluster extends Pick<RedisResource, 'id' | 'state'> {
  readonly stopped: boolean;
  readonly single: boolean;
}

type MayAct = (action: string) => boolean;

function choicesFor(cluster: Cluster, mayAct: MayAct): ActionChoice<ActionId>[] {
  const never = (id: ActionId) =>
    id === 'switchover' && cluster.single ? 'A single node has nobody to hand over to' : null;
  const choice = (id: ActionId, text: string, page = false): ActionChoice<ActionId> => ({
    id,
    text,
    href: page ? actionHref(redis, id, cluster.id) : null,
    disabledReason: whyNot(cluster, id, { noun: redis.noun.one, mayAct, never: never(id) }),
  });
  return [
    choice('update', 'Update', true),
    choice('upgrade', 'Upgrade', true),
    choice('downgrade', 'Downgrade', true),
    choice('switchover', 'Switch over'),
    choice('rotate', 'Rotate passwords or certificates'),
    choice('heal', 'Heal'),
    choice('start', 'Start'),
    choice('stop', 'Stop'),
    choice('delete', 'Delete'),
  ];
}

export const actionsOf = (
  { id, state, spec }: Pick<RedisResource, 'id' | 'state' | 'spec'>,
  mayAct: MayAct,
) => choicesFor({ id, state, stopped: spec.power === 'off', single: spec.type === 'single' }, mayAct);

export const listActionsOf = ({ id, state, type }: ServerSummary, mayAct: MayAct) =>
  forLists(choicesFor({ id, state, stopped: state === 'stopped', single: type === 'single' }, mayAct));
