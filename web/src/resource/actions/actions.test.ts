import { expect, test } from 'vitest';
import { forLists, whyNot, type Actionable, type ActionChoice } from './actions';

const all = { noun: 'abacus', mayAct: () => true };
const running: Actionable = { id: 'res_1', state: 'active', stopped: false };
const stopped: Actionable = { id: 'res_1', state: 'stopped', stopped: true };
const busy: Actionable = { id: 'res_1', state: 'updating', stopped: false };

test('what is not allowed names the permission', () => {
  expect(whyNot(running, 'heal', { ...all, mayAct: (action) => action !== 'heal' })).toBe(
    'Needs the permission servers:heal',
  );
});

test('what is stopped can be started, changed and deleted', () => {
  const open = ['start', 'stop', 'update', 'upgrade', 'delete'].filter(
    (action) => whyNot(stopped, action, all) === null,
  );
  expect(open).toEqual(['start', 'update', 'delete']);
  expect(whyNot(stopped, 'upgrade', all)).toBe('The abacus is stopped; start it first');
  expect(whyNot(running, 'start', all)).toBe('The abacus is running');
});

test('what is being changed can be changed otherwise, stopped and deleted', () => {
  const open = ['stop', 'update', 'upgrade', 'delete'].filter((action) => whyNot(busy, action, all) === null);
  expect(open).toEqual(['stop', 'update', 'delete']);
});

test('what counts for what runs can be done while it does', () => {
  expect(whyNot(busy, 'oil', all)).toBe('An operation is under way; wait for its end');
  expect(whyNot(busy, 'oil', { ...all, isLive: true })).toBeNull();
});

test('what a resource never can, its kind says', () => {
  const never = 'A single bead has nobody to hand over to';
  expect(whyNot(running, 'switchover', { ...all, never })).toBe(never);
  expect(whyNot({ ...running, state: 'deleted' }, 'delete', all)).toBe('The abacus is deleted');
});

test('lists offer what has a page, and what needs no more than a line', () => {
  const choice = (id: string, href: string | null = null): ActionChoice => ({
    id,
    text: id,
    href,
    disabledReason: null,
  });
  const choices = [
    choice('update', '/abaci/update/res_1'),
    ...['shake', 'heal', 'stop'].map((id) => choice(id)),
  ];
  expect(forLists(choices).map(({ id }) => id)).toEqual(['update', 'stop']);
});
