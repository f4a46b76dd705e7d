// What can be done with a cluster.

import type { ServerSummary } from '../../../api/types';
import { whyNot, type ActionChoice } from '../../../resource/actions/actions';
import { actionHref } from '../../../resource/kind';
import { kafka } from '../model/names';
import type { KafkaResource } from '../model/types';

export type ActionId = 'update' | 'upgrade' | 'downgrade' | 'heal' | 'stop' | 'start' | 'delete';

type MayAct = (action: string) => boolean;

function choicesFor(
  cluster: Pick<KafkaResource, 'id' | 'state'> & { stopped: boolean },
  mayAct: MayAct,
): ActionChoice<ActionId>[] {
  const choice = (id: ActionId, text: string, page = false): ActionChoice<ActionId> => ({
    id,
    text,
    href: page ? actionHref(kafka, id, cluster.id) : null,
    disabledReason: whyNot(cluster, id, { noun: kafka.noun.one, mayAct }),
  });
  return [
    choice('update', 'Update', true),
    choice('upgrade', 'Upgrade', true),
    choice('downgrade', 'Downgrade', true),
    choice('heal', 'Heal'),
    choice('start', 'Start'),
    choice('stop', 'Stop'),
    choice('delete', 'Delete'),
  ];
}

export const actionsOf = (
  { id, state, spec }: Pick<KafkaResource, 'id' | 'state' | 'spec'>,
  mayAct: MayAct,
) => choicesFor({ id, state, stopped: spec.power === 'off' }, mayAct);

/** What healing mends is seen on the cluster's own page, and so it is asked for there. */
export const listActionsOf = ({ id, state }: ServerSummary, mayAct: MayAct) =>
  choicesFor({ id, state, stopped: state === 'stopped' }, mayAct).filter((choice) => choice.id !== 'heal');
