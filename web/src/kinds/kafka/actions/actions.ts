// What can be done with a cluster.

import type { ServerSummary } from '../../../api/types';
import { forLists, whyNot, type ActionChoice } from '../../../resource/actions/actions';
import { actionHref } from '../../../resource/kind';
import { kafka } from '../model/names';
import type { KafkaResource } from '../model/types';

export type ActionId =
  | 'update'
  | 'upgrade'
  | 'downgrade'
  | 'reassign'
  | 'throttle'
  | 'hold'
  | 'letGo'
  | 'rotate'
  | 'heal'
  | 'stop'
  | 'start'
  | 'delete';

interface Cluster extends Pick<KafkaResource, 'id' | 'state'> {
  readonly stopped: boolean;
  readonly brokers: number;
}

type MayAct = (action: string) => boolean;

function choicesFor(cluster: Cluster, mayAct: MayAct): ActionChoice<ActionId>[] {
  const never = (id: ActionId) =>
    (id === 'reassign' || id === 'throttle') && cluster.brokers < 2
      ? 'A single broker has all the replicas'
      : null;
  const choice = (id: ActionId, text: string, page = false): ActionChoice<ActionId> => ({
    id,
    text,
    href: page ? actionHref(kafka, id, cluster.id) : null,
    disabledReason: whyNot(cluster, id, {
      noun: kafka.noun.one,
      mayAct,
      isLive: id === 'throttle',
      never: never(id),
    }),
  });
  return [
    choice('update', 'Update', true),
    choice('upgrade', 'Upgrade', true),
    choice('downgrade', 'Downgrade', true),
    choice('reassign', 'Spread replicas evenly'),
    choice('throttle', 'Change the bound for moving replicas'),
    choice('rotate', 'Rotate passwords or certificates'),
    choice('heal', 'Heal'),
    choice('start', 'Start'),
    choice('stop', 'Stop'),
    choice('delete', 'Delete'),
  ];
}

export const actionsOf = (
  { id, state, spec }: Pick<KafkaResource, 'id' | 'state' | 'spec'>,
  mayAct: MayAct,
) =>
  choicesFor(
    { id, state, stopped: spec.power === 'off', brokers: spec.desiredState.roles.broker.count },
    mayAct,
  );

export const listActionsOf = ({ id, state, nodeCounts }: ServerSummary, mayAct: MayAct) =>
  forLists(choicesFor({ id, state, stopped: state === 'stopped', brokers: nodeCounts.broker ?? 0 }, mayAct));
