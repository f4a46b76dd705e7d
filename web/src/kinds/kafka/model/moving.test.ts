import { expect, it } from 'vitest';
import { boundInWords, bytesOf, megabytesOf } from './moving';

it('bytes are megabytes to people, both ways', () => {
  expect(megabytesOf(50_000_000)).toBe(50);
  for (const megabytes of [0, 0.1, 1.1, 50, 1_099_511])
    expect(megabytesOf(bytesOf(megabytes))).toBe(megabytes);
  expect(Number.isInteger(bytesOf(1.1))).toBe(true);
});

it('a bound is told in words, and so is none', () => {
  expect(boundInWords(2_500_000_000)).toBe('with at most 2,500 MB a second of each broker');
  expect(boundInWords(100_000)).toBe('with at most 0.1 MB a second of each broker');
  expect(boundInWords(0)).toBe('as fast as the machines can');
});
