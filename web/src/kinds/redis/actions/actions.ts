// What can be done with a cluster, and whether it can be done now. Pure; the server decides in the end.

import type { RedisServer, RedisSpec } from '../../../api/types';

/** What decides on actions; a whole cluster has it, and so has a line of the list. */
export interface Actionable extends Pick<RedisServer, 'id' | 'state'> {
  spec: Pick<RedisSpec, 'power' | 'type'>;
}

export type ActionId =
  'update' | 'upgrade' | 'downgrade' | 'switchover' | 'rotate' | 'heal' | 'stop' | 'start' | 'delete';

export interface ActionChoice {
  readonly id: ActionId;
  readonly text: string;
  /** A page of its own; the others open a dialog. */
  readonly href: string | null;
  readonly disabledReason: string | null;
}

const busyStates = ['pending', 'deploying', 'updating', 'deleting'];

function whyNot(server: Actionable, id: ActionId, mayAct: (action: string) => boolean): string | null {
  if (!mayAct(id)) return `Needs the permission servers:${id}`;
  if (server.state === 'deleted') return 'The cluster is deleted';
  const stopped = server.spec.power === 'off';
  if (id === 'start') return stopped ? null : 'The cluster is running';
  if (id === 'stop') return stopped ? 'The cluster is stopped already' : null;
  if (stopped && ['upgrade', 'downgrade', 'switchover', 'rotate', 'heal'].includes(id))
    return 'The cluster is stopped; start it first';
  if (id === 'switchover' && server.spec.type === 'single') return 'A single node has nobody to hand over to';
  if (busyStates.includes(server.state) && id !== 'delete' && id !== 'update')
    return 'An operation is under way; wait for its end';
  return null;
}

export function actionsOf(server: Actionable, mayAct: (action: string) => boolean): ActionChoice[] {
  const choice = (id: ActionId, text: string, page = false): ActionChoice => ({
    id,
    text,
    href: page ? `/servers/${id}/${server.id}` : null,
    disabledReason: whyNot(server, id, mayAct),
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
