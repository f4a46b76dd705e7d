import { expect, it } from 'vitest';
import { certificateRows, type CertifiedNode } from './certificates';

const node = (name: string, expiresAt: string | null): CertifiedNode => ({
  name,
  certificate: { path: 'node.crt', authorityPath: 'ca.crt', expiresAt },
});

const now = Date.parse('2026-11-21T12:00:00Z');

it('that end soon come first, those not read yet last', () => {
  const rows = certificateRows(
    [
      node('unread', null),
      node('fresh', '2029-11-20T00:00:00.000Z'),
      node('soon', '2026-12-01T00:00:00.000Z'),
      node('over', '2026-11-20T00:00:00.000Z'),
    ],
    now,
  );
  expect(rows.map(({ node: name, tone, daysLeft }) => [name, tone, daysLeft])).toEqual([
    ['over', 'error', -2],
    ['soon', 'warning', 9],
    ['fresh', 'success', 1094],
    ['unread', 'unknown', null],
  ]);
});

it('are only of nodes that have one', () => {
  expect(certificateRows([{ name: 'plain', certificate: null }], now)).toEqual([]);
});
