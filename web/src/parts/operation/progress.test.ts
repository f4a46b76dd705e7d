import { expect, test } from 'vitest';
import { makeOperation, makeStep, timeAt } from '../../testing/operations';
import {
  elapsedOf,
  elapsedOfOperation,
  hasFailed,
  mayCancel,
  mayRetry,
  phasesOf,
  pointOfNoReturn,
  troublesOf,
  waitsFor,
} from './progress';

test('phases come in the order of their first steps and count what is done', () => {
  const phases = phasesOf([
    makeStep('a', [], { phase: 'Create', state: 'done' }),
    makeStep('b', [], { phase: 'Install', state: 'running' }),
    makeStep('c', [], { phase: 'Create', state: 'done' }),
    makeStep('d', [], { phase: 'Prove' }),
  ]);
  expect(phases.map(({ name, done, state, steps }) => [name, done, steps.length, state])).toEqual([
    ['Create', 2, 2, 'done'],
    ['Install', 0, 1, 'running'],
    ['Prove', 0, 1, 'pending'],
  ]);
});

test('a failure is what a phase says first', () => {
  const of = (...steps: Parameters<typeof makeStep>[2][]) =>
    phasesOf(steps.map((given, i) => makeStep(`${i}`, [], given)))[0]?.state;
  expect(of({ state: 'running' }, { state: 'failed' }, { state: 'waiting', stuck: true })).toBe('failed');
  expect(of({ state: 'running' }, { state: 'waiting', stuck: true })).toBe('stuck');
  expect(of({ state: 'undone' }, { state: 'skipped' })).toBe('undone');
  expect(of({ state: 'done' }, { state: 'ready' })).toBe('pending');
});

test('names what a step waits for, and only what is not done', () => {
  const steps = [makeStep('a', [], { state: 'done' }), makeStep('b'), makeStep('c', ['a', 'b', 'gone'])];
  const byKey = new Map(steps.map((step) => [step.key, step]));
  expect(steps.map((step) => waitsFor(step, byKey))).toEqual([[], [], ['Title of b']]);
});

test('elapsed runs until the end', () => {
  const now = Date.parse(timeAt(60));
  expect(elapsedOf(makeStep('a'), now)).toBeNull();
  expect(elapsedOf(makeStep('a', [], { startedAt: timeAt(50) }), now)).toBe(10_000);
  expect(elapsedOf(makeStep('a', [], { startedAt: timeAt(50), finishedAt: timeAt(53) }), now)).toBe(3000);
  expect(elapsedOf(makeStep('a', [], { startedAt: timeAt(61) }), now)).toBe(0);
});

test('an operation’s time counts nothing that it lay idle', () => {
  const now = Date.parse(timeAt(61));
  expect(elapsedOfOperation(makeOperation([]), now)).toBe(60_000);
  expect(elapsedOfOperation(makeOperation([], { idleMs: 50_000 }), now)).toBe(10_000);
});

test('a step at it for four times what was expected is a trouble, with what it waits for', () => {
  const waiting = {
    state: 'waiting' as const,
    because: 'the machine boots',
    expectedMs: 5_000,
    lateAfterMs: 20_000,
    startedAt: timeAt(10),
    progressAt: timeAt(10),
  };
  const at = (seconds: number, given = {}) =>
    troublesOf(makeOperation([makeStep('a', [], { ...waiting, ...given })]), Date.parse(timeAt(seconds)));
  expect(at(29)).toEqual([]);
  expect(at(30).map(({ kind, cause }) => [kind, cause])).toEqual([['late', 'the machine boots']]);
  expect(at(30, { state: 'done', finishedAt: timeAt(20) })).toEqual([]);
  expect(at(30, { state: 'ready' })).toHaveLength(1);
  expect(at(30, { state: 'ready', because: null })).toEqual([]);
  expect(at(30, { stuck: true })[0]?.kind).toBe('stuck');
  // An undo begins anew.
  expect(at(30, { state: 'undoing', progressAt: timeAt(25) })).toEqual([]);
});

test('troubles say cause and remedy', () => {
  const steps = [
    makeStep('a', [], { state: 'failed', because: 'failed: no quota' }),
    makeStep('b', [], { state: 'waiting', stuck: true }),
    makeStep('c', [], { state: 'waiting' }),
  ];
  const now = Date.parse(timeAt(5));
  const running = troublesOf(makeOperation(steps), now);
  expect(running.map(({ kind, cause }) => [kind, cause])).toEqual([
    ['failed', 'failed: no quota'],
    ['stuck', 'its attempt has not returned'],
  ]);
  expect(running[0]?.remedy).toContain('Other steps run to their end first');
  const failed = troublesOf(makeOperation(steps, { state: 'failed', final: true }), now);
  expect(failed).toHaveLength(1);
  expect(failed[0]?.remedy).toContain('Retry goes on from this step');
});

test('what could not be undone has failed, what is being undone has not', () => {
  expect(
    hasFailed(makeStep('a', [], { state: 'undoing', because: 'could not: 500', finishedAt: timeAt(3) })),
  ).toBe(true);
  expect(hasFailed(makeStep('a', [], { state: 'undoing', because: 'the droplet is locked' }))).toBe(false);
});

test('offers only what the server would take', () => {
  const may = (given: Parameters<typeof makeOperation>[1]) => {
    const operation = makeOperation([], given);
    return [mayCancel(operation), mayRetry(operation)];
  };
  expect(may({ state: 'running' })).toEqual([true, false]);
  expect(may({ state: 'running', stuck: true })).toEqual([true, true]);
  expect(may({ state: 'failed', final: true })).toEqual([true, true]);
  expect(may({ state: 'cancelling' })).toEqual([false, false]);
  expect(may({ state: 'succeeded', final: true })).toEqual([false, false]);
  expect(may({ state: 'running', action: 'delete' })).toEqual([false, false]);
  expect(may({ state: 'cancelled', final: true })).toEqual([false, false]);
});

test('there is no way back once a step has begun that cannot be undone', () => {
  const steps = [makeStep('a', [], { startedAt: timeAt(1) }), makeStep('b', ['a'], { irreversible: true })];
  expect(pointOfNoReturn(makeOperation(steps))).toBeNull();
  const begun = steps.map((step) => ({ ...step, startedAt: timeAt(2) }));
  expect(pointOfNoReturn(makeOperation(begun))).toBe('Title of b');
});
