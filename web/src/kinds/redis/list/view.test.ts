import { expect, test } from 'vitest';
import { isView, usualView } from './view';

test('what was stored is found again', () => {
  expect(isView(JSON.parse(JSON.stringify(usualView)))).toBe(true);
});

test.each([
  ['nothing', null],
  ['text', 'view'],
  ['a column that is gone', { ...usualView, columns: ['name', 'colour'] }],
  ['no name, which leads to the cluster', { ...usualView, columns: ['state'] }],
  ['an order that is gone', { ...usualView, sort: 'colour' }],
  ['a page of all', { ...usualView, pageSize: 100_000 }],
  ['tokens that are none', { ...usualView, query: { operation: 'and', tokens: ['x'] } }],
  ['no query', { ...usualView, query: undefined }],
])('%s is not a view', (_what, value) => {
  expect(isView(value)).toBe(false);
});
