import { expect, it } from 'vitest';
import type { PlannedStep } from '../api/types';
import { changeCounts, phasesOf, valueInWords } from './plan-summary';

const change = (action: 'create' | 'destroy') => ({
  action,
  what: 'machine',
  name: 'one',
  detail: '',
  monthlyUsdBefore: 0,
  monthlyUsdAfter: 0,
});

it('counts changes, what is destroyed last', () => {
  expect(changeCounts({ changes: [change('destroy'), change('create'), change('create')] })).toEqual([
    { action: 'create', count: 2 },
    { action: 'destroy', count: 1 },
  ]);
});

it('keeps phases in their order, even when their steps are mixed', () => {
  const step = (key: string, phase: string) => ({ key, phase }) as PlannedStep;
  const phases = phasesOf([step('a', 'First'), step('b', 'Second'), step('c', 'First')]);
  expect(phases.map(({ phase, steps }) => [phase, steps.map(({ key }) => key)])).toEqual([
    ['First', ['a', 'c']],
    ['Second', ['b']],
  ]);
});

it.each([
  [null, 'none'],
  [true, 'yes'],
  [[], 'none'],
  [['a', 'b'], 'a, b'],
  ['', '“”'],
  [{ size: 1 }, '{"size":1}'],
])('says %j as %s', (value, words) => {
  expect(valueInWords(value)).toBe(words);
});
