import { expect, test } from 'vitest';
import { makeEvent, makeOperation, makeStep, statesOf, timeAt } from '../../testing/operations';
import { applyEvents } from './apply-events';

const diamond = () =>
  makeOperation([makeStep('a'), makeStep('b', ['a']), makeStep('c', ['a']), makeStep('d', ['b', 'c'])]);

test('a step that is done makes ready what waited for it alone', () => {
  const after = applyEvents(diamond(), [
    makeEvent(1, 'step.started', 'a'),
    makeEvent(2, 'step.done', 'a'),
    makeEvent(3, 'step.started', 'b'),
    makeEvent(4, 'step.done', 'b'),
  ]);
  expect(statesOf(after)).toEqual({ a: 'done', b: 'done', c: 'ready', d: 'pending' });
  expect(after).toMatchObject({ stepsDone: 2, progressPercent: 50 });
});

test('says what a step waits for, and why it failed', () => {
  const after = applyEvents(diamond(), [
    makeEvent(1, 'step.started', 'a'),
    makeEvent(2, 'step.waiting', 'a', 'the droplet is new'),
    makeEvent(3, 'step.started', 'b'),
    makeEvent(4, 'step.failed', 'b', 'failed: no such size'),
  ]);
  expect(after.steps[0]).toMatchObject({ state: 'waiting', because: 'the droplet is new' });
  expect(after.steps[1]).toMatchObject({
    state: 'failed',
    because: 'failed: no such size',
    finishedAt: timeAt(4),
  });
});

test('stuck and moving again', () => {
  const stuck = applyEvents(diamond(), [
    makeEvent(1, 'step.started', 'a'),
    makeEvent(2, 'step.stuck', 'a'),
    makeEvent(3, 'operation.stuck', null),
  ]);
  expect(stuck.stuck && stuck.steps[0]?.stuck).toBe(true);
  expect(applyEvents(stuck, [makeEvent(4, 'step.moving', 'a')]).steps[0]?.stuck).toBe(false);
});

test('a failed undo goes on undoing, with its reason', () => {
  const after = applyEvents(diamond(), [
    makeEvent(1, 'operation.cancelling', null),
    makeEvent(2, 'step.undoing', 'a'),
    makeEvent(3, 'step.failed', 'a', 'could not be undone: 500'),
    makeEvent(4, 'operation.failed', null, 'could not be cancelled'),
  ]);
  expect(after.steps[0]).toMatchObject({ state: 'undoing', because: 'could not be undone: 500' });
  expect(after).toMatchObject({ state: 'failed', final: true, error: 'could not be cancelled' });
});

test('what a snapshot knows already is not taken back by older events', () => {
  const snapshot = makeOperation([
    makeStep('a', [], { state: 'done', startedAt: timeAt(1), finishedAt: timeAt(9) }),
  ]);
  expect(applyEvents(snapshot, [makeEvent(1, 'step.started', 'a'), makeEvent(2, 'step.waiting', 'a')])).toBe(
    snapshot,
  );
});

test('steps that no event names stay the same objects', () => {
  const before = diamond();
  const after = applyEvents(before, [makeEvent(1, 'step.started', 'a')]);
  expect(after.steps[0]).not.toBe(before.steps[0]);
  expect(after.steps.slice(1).every((step, index) => step === before.steps[index + 1])).toBe(true);
});

test('100 percent only when it has succeeded', () => {
  const done = applyEvents(makeOperation([makeStep('a')]), [
    makeEvent(1, 'step.started', 'a'),
    makeEvent(2, 'step.done', 'a'),
  ]);
  expect(done.progressPercent).toBe(99);
  expect(applyEvents(done, [makeEvent(3, 'operation.succeeded', null)])).toMatchObject({
    progressPercent: 100,
    final: true,
    phase: null,
  });
});

test('events of steps that it does not know, and of kinds that come later, change nothing', () => {
  const before = diamond();
  expect(applyEvents(before, [makeEvent(1, 'step.done', 'z'), makeEvent(2, 'step.log', 'a')])).toBe(before);
});
