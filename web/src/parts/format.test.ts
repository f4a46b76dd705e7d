import { expect, test } from 'vitest';
import {
  asSentence,
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatMoney,
  permissionsInWords,
} from './format';

test('money has cents', () => {
  expect(formatMoney(1234.5)).toBe('$1,234.50');
});

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [4 * 1024 ** 3, '4 GiB'],
  [25 * 1024 ** 3, '25 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [-5, '0 ms'],
  [850, '850 ms'],
  [59_999, '59 s'],
  [65_000, '1 min 05 s'],
  [7_380_000, '2 h 03 min'],
  [200_000_000, '2 days 7 h'],
])('%d ms are %s', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each([
  ['2026-11-21T00:00:30.000Z', 'just now'],
  ['2026-11-20T23:50:00.000Z', '11 min'],
  ['2026-11-20T00:00:00.000Z', '24 h'],
  ['2026-11-01T00:00:00.000Z', '20 days'],
  ['2026-11-21T09:00:00.000Z', 'just now'],
])('%s is %s ago', (at, text) => {
  expect(formatAge(at, Date.parse('2026-11-21T00:01:00.000Z'))).toBe(text);
});

test('counts have their plural', () => {
  expect([formatCount(1, 'node'), formatCount(2, 'node'), formatCount(0, 'entry', 'entries')]).toEqual([
    '1 node',
    '2 nodes',
    '0 entries',
  ]);
});

test('makes sentences of the server’s words, and leaves names as they are', () => {
  expect(asSentence('writes to prod-m1 pause for a second')).toBe('Writes to prod-m1 pause for a second.');
  expect(asSentence('prod-abacus answers nobody')).toBe('prod-abacus answers nobody.');
  expect(asSentence('demo answers nobody', 'demo')).toBe('demo answers nobody.');
  expect(asSentence('digitalocean answered 422')).toBe('digitalocean answered 422.');
  expect(asSentence('Try again.')).toBe('Try again.');
  expect(asSentence('')).toBe('');
});

test('says what permissions come to', () => {
  expect(permissionsInWords(['*'])).toBe('everything');
  expect(permissionsInWords([])).toBe('nothing');
  expect(permissionsInWords(['servers:read', 'plans:create'])).toBe('servers:read, plans:create');
});
