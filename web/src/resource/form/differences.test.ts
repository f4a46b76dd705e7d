import { expect, it } from 'vitest';
import { changedFields, compare, differences, pick } from './differences';

it('compares nodes by their id', () => {
  const before = {
    nodes: [
      { id: 'a', size: 1 },
      { id: 'b', size: 1 },
    ],
  };
  const after = { nodes: [{ id: 'b', size: 2 }] };
  expect(differences(before, after)).toEqual([
    { path: 'nodes[a]', before: { id: 'a', size: 1 }, after: null },
    { path: 'nodes[b].size', before: 1, after: 2 },
  ]);
});

it('a patch names what changed, and null for what is gone', () => {
  expect(changedFields({ a: 1, b: [1], c: 3 }, { a: 1, b: [2], d: 4 })).toEqual({ b: [2], c: null, d: 4 });
  expect(changedFields({ a: [1] }, { a: [1] })).toEqual({});
});

it('mine is picked where I changed it, theirs elsewhere', () => {
  expect(pick('base', 'mine', 'theirs')).toBe('mine');
  expect(pick(['base'], ['base'], ['theirs'])).toEqual(['theirs']);
});

it('contested is what both changed, each to something else', () => {
  const base = { rods: 3, colour: 'red', frame: 'oak' };
  const mine = { rods: 5, colour: 'blue', frame: 'oak' };
  const theirs = { rods: 7, colour: 'blue', frame: 'ash' };
  expect(compare(base, mine, theirs)).toEqual({
    theirs: [
      { path: 'rods', before: 3, after: 7 },
      { path: 'colour', before: 'red', after: 'blue' },
      { path: 'frame', before: 'oak', after: 'ash' },
    ],
    contested: ['rods'],
  });
});
