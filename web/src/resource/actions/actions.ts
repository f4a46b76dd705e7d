// What can be done with a resource, and whether it can be done now. Pure; the server decides in the end.

import type { ServerState } from '../../api/types';

export interface ActionChoice<Id extends string = string> {
  readonly id: Id;
  readonly text: string;
  /** A page of its own; the others open a dialog. */
  readonly href: string | null;
  readonly disabledReason: string | null;
}

/** Actions that need no arguments, and are the same for every kind. */
export const plainActions = { start: 'Start', stop: 'Stop', heal: 'Heal', delete: 'Delete' } as const;

export type PlainActionId = keyof typeof plainActions;

export const isPlain = (action: string): action is PlainActionId => action in plainActions;

/** Those that need no more of a resource than a line of a list says; the others are done on its own page. What healing
 *  mends, for one, is seen there only. */
export const forLists = <Id extends string>(choices: readonly ActionChoice<Id>[]): ActionChoice<Id>[] =>
  choices.filter(({ id, href }) => href !== null || (isPlain(id) && id !== 'heal'));

/** What decides on actions; a whole resource has it, and so has a line of a list. */
export interface Actionable {
  readonly id: string;
  readonly state: ServerState;
  readonly stopped: boolean;
}

const busyStates: readonly ServerState[] = ['pending', 'deploying', 'updating', 'deleting'];

/** A changed spec counts whatever goes on, and so does the end of it all. */
const alwaysTaken = ['update', 'delete'];

interface Circumstances {
  readonly noun: string;
  readonly mayAct: (action: string) => boolean;
  /** It changes what an operation does while that runs. */
  readonly isLive?: boolean;
  /** Why this one resource cannot do it at all, which only its kind knows. */
  readonly never?: string | null;
}

/** Why an action cannot be done now; null when it can. */
export function whyNot(
  { state, stopped }: Actionable,
  action: string,
  { noun, mayAct, isLive = false, never = null }: Circumstances,
): string | null {
  if (!mayAct(action)) return `Needs the permission servers:${action}`;
  if (state === 'deleted') return `The ${noun} is deleted`;
  if (action === 'start') return stopped ? null : `The ${noun} is running`;
  if (action === 'stop') return stopped ? `The ${noun} is stopped already` : null;
  if (stopped && !alwaysTaken.includes(action)) return `The ${noun} is stopped; start it first`;
  if (never !== null) return never;
  if (busyStates.includes(state) && !isLive && !alwaysTaken.includes(action))
    return 'An operation is under way; wait for its end';
  return null;
}
