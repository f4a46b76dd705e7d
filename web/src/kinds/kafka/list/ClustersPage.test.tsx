import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import type { ServerSummary } from '../../../api/types';
import { serve, show, type Answers, type Asked } from '../../../testing/api';
import { cluster, status } from '../testing';
import { ClustersPage } from './ClustersPage';

const hostile = '<img src=x onerror=alert(1)> \u202Eأبجد 💥';

function summary(name: string, given: Partial<ServerSummary> = {}): ServerSummary {
  return {
    id: `res_${name}`,
    kind: 'kafka',
    name,
    state: 'active',
    condition: { word: 'healthy', severity: 'good', reason: null },
    health: 'healthy',
    type: 'kafka-prod',
    region: 'nyc1',
    version: '4.1.0',
    nodeCounts: { controller: 3, broker: 6 },
    nodes: 9,
    monthlyUsd: 54,
    generation: 4,
    currentOperationId: null,
    operation: null,
    observedAt: null,
    createdAt: '2026-11-21T00:00:00.000Z',
    updatedAt: '2026-11-21T00:00:00.000Z',
    ...given,
  };
}

let page: { items: ServerSummary[]; next: string | null; total: number };
let answers: Answers;
let log: Asked[];

beforeEach(() => {
  page = { items: [summary('shop')], next: null, total: 1 };
  answers = {
    'GET /api/servers': () => ({ body: page }),
    'GET /api/global/digitalocean/regions': () => ({ body: { items: [], next: null } }),
  };
  log = serve(answers);
});

const open = () => show(<ClustersPage />, { path: '/kafka' });

test('shows each cluster on a line, and asks for no more while all are healthy', async () => {
  open();
  const row = await screen.findByRole('row', { name: /shop/ });
  for (const text of ['Healthy', 'kafka-prod', 'nyc1', '3 controllers, 6 brokers', '4.1.0', '$54.00', 'None'])
    expect(within(row).getByText(text)).toBeInTheDocument();
  expect(log.some(({ path }) => path.includes('kind=kafka'))).toBe(true);
  expect(log.some(({ path }) => path.includes('/infrastructure/'))).toBe(false);
});

test('partitions with trouble are told of a cluster that is not healthy', async () => {
  const partitions = {
    count: 62,
    offline: { count: 2, named: [] },
    underReplicated: { count: 5, named: [] },
    underMinInSync: { count: 0, named: [] },
  };
  page.items = [summary('cart', { state: 'degraded', health: 'down', id: 'res_1' })];
  answers['GET /api/infrastructure/kafka/res_1'] = () => ({
    body: cluster({ status: status({ health: 'down', partitions }) }),
  });
  open();
  expect(await screen.findByText('2 offline')).toBeInTheDocument();
  expect(screen.getByText('5 under-replicated')).toBeInTheDocument();
});

test('an empty console leads to the first cluster', async () => {
  page = { items: [], next: null, total: 0 };
  open();
  expect(await screen.findByRole('heading', { name: 'Your first cluster' })).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Create your first cluster' }));
  expect(screen.getByTestId('where')).toHaveTextContent('/kafka/create');
});

test('offers what can be done, and no more', async () => {
  open();
  await userEvent.click(await screen.findByRole('radio', { name: 'shop' }));
  await userEvent.click(screen.getByRole('button', { name: 'Actions' }));
  const offered = (await screen.findAllByRole('menuitem')).map((item) => item.textContent);
  expect(offered).toEqual([
    'Update',
    'Upgrade',
    'Downgrade',
    expect.stringContaining('Start'),
    'Stop',
    'Delete',
  ]);
});

test('names are text, whatever they hold', async () => {
  page.items = [summary(hostile, { id: 'res_1', type: hostile, version: hostile })];
  const { container } = open();
  expect((await screen.findAllByText(hostile)).length).toBeGreaterThanOrEqual(3);
  expect(container.querySelector('img')).toBeNull();
});
