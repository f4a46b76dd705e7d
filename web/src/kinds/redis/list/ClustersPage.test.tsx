import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import type { Operation, PlanPreview, ServerSummary } from '../../../api/types';
import { usualView } from '../../../resource/list/view';
import { refused, serve, show, type Answers, type Asked } from '../../../testing/api';
import { makeOperation } from '../../../testing/operations';
import { ClustersPage } from './ClustersPage';
import { clusterList } from './description';

function summary(name: string, given: Partial<ServerSummary> = {}): ServerSummary {
  return {
    id: `res_${name}`,
    kind: 'redis',
    name,
    state: 'active',
    condition: { word: 'healthy', severity: 'good', reason: null },
    health: 'healthy',
    type: 'sentinel',
    region: 'nyc1',
    version: '7.0.15',
    nodeCounts: { master: 3, replica: 6, sentinel: 3 },
    nodes: 12,
    monthlyUsd: 198,
    generation: 4,
    currentOperationId: null,
    operation: null,
    observedAt: null,
    createdAt: '2026-11-21T00:00:00.000Z',
    updatedAt: '2026-11-21T00:00:00.000Z',
    ...given,
  };
}

const usual = usualView(clusterList.columns);

const plan: PlanPreview = {
  kind: 'redis',
  resourceName: 'shop',
  resourceId: 'res_shop',
  generation: 4,
  action: 'delete',
  summary: 'Delete Redis cluster shop: 12 machines',
  empty: false,
  specChanges: [],
  changes: [],
  disruptions: ['Redis cluster shop stops for all its clients'],
  dangers: [{ kind: 'data', message: 'all data of shop is deleted' }],
  requiredActions: [],
  reassurance: null,
  addressChanges: [],
  notes: [],
  steps: [],
  monthlyUsdBefore: 198,
  monthlyUsdAfter: 0,
  expectedMs: 9000,
};

let page: { items: ServerSummary[]; next: string | null; total: number };
let answers: Answers;
let log: Asked[];

beforeEach(() => {
  page = { items: [summary('shop'), summary('cart', { state: 'stopped' })], next: null, total: 2 };
  answers = {
    'GET /api/servers': () => ({ body: page }),
    'GET /api/global/digitalocean/regions': () => ({ body: { items: [], next: null } }),
  };
  log = serve(answers);
});

const open = () => show(<ClustersPage />, { path: '/servers' });
const lists = () =>
  log
    .filter(({ path }) => path.startsWith('/api/servers?'))
    .map(({ path }) => new URLSearchParams(path.split('?')[1]));
const choose = async (name: string) => userEvent.click(await screen.findByRole('radio', { name }));

test('shows each cluster on a line', async () => {
  open();
  const row = await screen.findByRole('row', { name: /shop/ });
  for (const text of [
    'Healthy',
    'sentinel',
    'nyc1',
    '3 masters, 6 replicas, 3 sentinels',
    '7.0.15',
    '$198.00',
  ]) {
    expect(within(row).getByText(text)).toBeInTheDocument();
  }
  expect(lists()[0]?.get('kind')).toBe('redis');
});

test('an empty console leads to the first cluster', async () => {
  page = { items: [], next: null, total: 0 };
  open();
  expect(await screen.findByRole('heading', { name: 'Your first cluster' })).toBeVisible();
  expect(screen.getAllByRole('listitem')).toHaveLength(5);
  await userEvent.click(screen.getByRole('button', { name: 'Create your first cluster' }));
  expect(screen.getByTestId('where')).toHaveTextContent('/servers/create');
});

test('sorting and pages are the server’s; another order begins at its first page', async () => {
  page = { ...page, next: 'cursor-2', total: 10_000 };
  open();
  await screen.findByRole('row', { name: /shop/ });
  expect(screen.getByText('(10,000)')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: /next page/i }));
  await waitFor(() => expect(lists().at(-1)?.get('cursor')).toBe('cursor-2'));
  await userEvent.click(screen.getByRole('button', { name: /^Name/ }));
  await waitFor(() => expect(lists().at(-1)?.get('sort')).toBe('name'));
  expect(lists().at(-1)?.get('cursor')).toBeNull();
});

test('the view is found again as it was left, and one that is broken is not', async () => {
  const query = {
    operation: 'and',
    tokens: [{ propertyKey: 'state', operator: '=', value: ['active', 'failed'] }],
  };
  localStorage.setItem(
    'ashlar.redis.view',
    JSON.stringify({ ...usual, query, sort: 'name', descending: false }),
  );
  const { unmount } = open();
  await screen.findByRole('row', { name: /shop/ });
  expect(Object.fromEntries(lists()[0] ?? [])).toMatchObject({
    state: 'active,failed',
    sort: 'name',
    order: 'asc',
  });
  unmount();
  localStorage.setItem('ashlar.redis.view', '{"columns": 3');
  open();
  await waitFor(() => expect(lists().at(-1)?.get('sort')).toBe('createdAt'));
});

test('a filter that nothing matches can be taken away', async () => {
  const query = { operation: 'and', tokens: [{ operator: ':', value: 'nobody' }] };
  localStorage.setItem('ashlar.redis.view', JSON.stringify({ ...usual, query }));
  page = { items: [], next: null, total: 0 };
  open();
  await userEvent.click(await screen.findByRole('button', { name: 'Show all' }));
  await waitFor(() => expect(lists().at(-1)?.get('name')).toBeNull());
});

test('a column can be hidden', async () => {
  open();
  await screen.findByRole('columnheader', { name: /Region/ });
  await userEvent.click(screen.getByRole('button', { name: 'View: columns and rows' }));
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Region' }));
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(screen.queryByRole('columnheader', { name: /Region/ })).not.toBeInTheDocument());
  expect(localStorage.getItem('ashlar.redis.view')).not.toContain('"region"');
});

test('delete shows its plan, wants the name, sends what was seen, and is followed', async () => {
  answers['POST /api/servers/res_shop/plans/delete'] = () => ({ body: plan });
  answers['DELETE /api/servers/res_shop'] = () => ({
    status: 202,
    body: { correlationId: 'op_1', operations: [] },
  });
  answers['GET /api/operations/op_1/events'] = () => ({ body: { items: [], next: null, operation: {} } });
  answers['GET /api/operations/op_1'] = () => ({
    body: makeOperation([], { state: 'succeeded', final: true, summary: 'Delete Redis cluster shop' }),
  });
  open();
  await choose('shop');
  await userEvent.click(screen.getByRole('button', { name: 'Actions' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete' }));
  expect(await screen.findByText('All data of shop is deleted.')).toBeVisible();
  const confirm = screen.getByRole('button', { name: 'Delete cluster' });
  expect(confirm).toHaveAttribute('aria-disabled', 'true');
  await userEvent.type(screen.getByLabelText(/To confirm, type shop/), 'shop');
  await userEvent.click(confirm);
  expect(await screen.findByRole('heading', { name: 'Delete Redis cluster shop' })).toBeVisible();
  const [sent] = log.filter(({ method }) => method === 'DELETE');
  expect(sent?.headers.get('If-Match')).toBe('"4"');
  expect(sent?.headers.get('Ashlar-Confirm')).toBe('shop');
  expect(sent?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
});

test('what cannot be done now says why', async () => {
  open();
  await choose('cart');
  await userEvent.click(screen.getByRole('button', { name: 'Actions' }));
  expect(await screen.findByRole('menuitem', { name: /Stop/ })).toHaveAttribute('aria-disabled', 'true');
  expect(screen.getByRole('menuitem', { name: 'Start' })).not.toHaveAttribute('aria-disabled', 'true');
});

test('an operation under way is shown with its progress', async () => {
  const operation: Operation = makeOperation([], {
    progressPercent: 42,
    stepsDone: 5,
    stepsTotal: 12,
  });
  page.items = [summary('shop', { operation })];
  open();
  expect(await screen.findByRole('link', { name: /Deploy.*5 of 12 steps done/ })).toHaveTextContent(
    'deploy 42%',
  );
});

test('a failure is shown and can be tried again', async () => {
  answers['GET /api/servers'] = () => refused(503, 'unavailable', 'the database is locked');
  open();
  expect(await screen.findByText('The database is locked.')).toBeVisible();
  answers['GET /api/servers'] = () => ({ body: page });
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('row', { name: /shop/ })).toBeVisible();
});
