import { expect, test } from 'vitest';
import { latestOf } from './latest';

test.each([
  [[1, 2, null], 2],
  [[0, undefined], 0],
  [[null], null],
  [[], null],
])('of %j it is %j', (values, latest) => {
  expect(latestOf(values)).toBe(latest);
});
