import { expect, test } from 'vitest';
import { requestOf, sizesInWords, withChoice } from './request';

test('a role is asked for with its size, and not at all once it is left as it is', () => {
  const both = withChoice(withChoice({}, 'left', 's-1'), 'right', 's-2');
  expect(requestOf(both, 'replace')).toEqual({
    roles: { left: { size: 's-1' }, right: { size: 's-2' } },
    strategy: 'replace',
  });
  expect(requestOf(withChoice(both, 'left', ''), 'in-place').roles).toEqual({ right: { size: 's-2' } });
  expect(withChoice(both, 'left', 's-3')).toEqual({ left: 's-3', right: 's-2' });
});

test('sizes are counted', () => {
  expect(sizesInWords(['s-1', 's-2', 's-1'])).toBe('2 nodes of s-1, 1 node of s-2');
});
