import { expect, test } from 'vitest';
import { isViewOf, usualView } from './view';

const columns = [
  { id: 'name', sort: 'name' },
  { id: 'beads' },
  { id: 'createdAt', sort: 'createdAt' },
  { id: 'updatedAt', sort: 'updatedAt', isExtra: true },
] as const;
const usual = usualView(columns);
const isView = isViewOf(columns);

test('at first every column is shown that is not an extra', () => {
  expect(usual.columns).toEqual(['name', 'beads', 'createdAt']);
});

test('what was stored is found again', () => {
  expect(isView(JSON.parse(JSON.stringify(usual)))).toBe(true);
  expect(isView({ ...usual, columns: ['name', 'updatedAt'], sort: 'updatedAt' })).toBe(true);
});

test.each([
  ['nothing', null],
  ['text', 'view'],
  ['a column that is gone', { ...usual, columns: ['name', 'colour'] }],
  ['no name, which leads to the resource', { ...usual, columns: ['beads'] }],
  ['an order that is gone', { ...usual, sort: 'colour' }],
  ['no order', { ...usual, sort: undefined }],
  ['a page of all', { ...usual, pageSize: 100_000 }],
  ['tokens that are none', { ...usual, query: { operation: 'and', tokens: ['x'] } }],
  ['no query', { ...usual, query: undefined }],
])('%s is not a view', (_what, value) => {
  expect(isView(value)).toBe(false);
});
