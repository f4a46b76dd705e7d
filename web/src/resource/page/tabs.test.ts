import { expect, test } from 'vitest';
import { chosenTab, inOrder, type ResourceTab } from './tabs';

const given: ResourceTab[] = [
  { id: 'activity', content: null },
  { id: 'beads', label: 'Beads', after: 'nodes', content: null },
  { id: 'rods', label: 'Rods', after: 'nodes', content: null, count: 3 },
  { id: 'nodes', content: null, count: 0 },
  { id: 'configuration', content: null, count: 2 },
  { id: 'overview', content: null },
];

test('tabs come in the order that every kind has, with its own where it says', () => {
  expect(inOrder(given).map(({ label }) => label)).toEqual([
    'Overview',
    'Nodes',
    'Beads',
    'Rods (3)',
    'Configuration (2)',
    'Activity',
  ]);
});

test.each([
  ['beads', 'beads'],
  ['drift', 'overview'],
  [null, 'overview'],
])('an address that asks for %j shows %s', (asked, shown) => {
  expect(chosenTab(inOrder(given), asked)).toBe(shown);
});

test('without a tab none is shown', () => {
  expect(chosenTab([], 'nodes')).toBeUndefined();
});
