import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import type { ServerSummary } from '../../api/types';
import { serve, show, type Answers, type Asked } from '../../testing/api';
import { abacusList, makeLine } from '../testing/abacus';
import { ResourceListPage } from './ResourceListPage';

let items: ServerSummary[];
let log: Asked[];

beforeEach(() => {
  items = [makeLine('school'), makeLine('office', { state: 'stopped', monthlyUsd: null })];
  const answers: Answers = {
    'GET /api/servers': () => ({ body: { items, next: null, total: items.length } }),
    'GET /api/global/digitalocean/regions': () => ({ body: { items: [], next: null } }),
  };
  log = serve(answers);
});

const open = () => show(<ResourceListPage list={abacusList} />, { path: '/abaci' });

test('it is of one kind, in the words and columns of that kind', async () => {
  open();
  const row = await screen.findByRole('row', { name: /school/ });
  expect(within(row).getByText('$6.00')).toBeVisible();
  expect(screen.getByRole('heading', { level: 1, name: 'Abaci' })).toBeVisible();
  expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
    expect.any(String),
    'Name',
    'Status',
    'Monthly',
    'Age',
  ]);
  const asked = new URLSearchParams(log[0]?.path.split('?')[1]);
  expect(asked.get('kind')).toBe('abacus');
});

test('an action with a page of its own leads there', async () => {
  open();
  await userEvent.click(await screen.findByRole('radio', { name: 'school' }));
  await userEvent.click(screen.getByRole('button', { name: 'Actions' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Update' }));
  expect(screen.getByTestId('where')).toHaveTextContent('/abaci/update/res_school');
});

test('what its kind refuses says why', async () => {
  open();
  await userEvent.click(await screen.findByRole('radio', { name: 'office' }));
  await userEvent.click(screen.getByRole('button', { name: 'Actions' }));
  expect(await screen.findByRole('menuitem', { name: /Shake/ })).toHaveAttribute('aria-disabled', 'true');
});

test('an empty list begins with the first steps of its kind', async () => {
  items = [];
  open();
  await userEvent.click(await screen.findByRole('button', { name: 'Create your first abacus' }));
  expect(screen.getByTestId('where')).toHaveTextContent('/abaci/create');
});

test('each list keeps a view of its own', async () => {
  open();
  await userEvent.click(await screen.findByRole('button', { name: 'View: columns and rows' }));
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Monthly' }));
  await userEvent.click(screen.getByRole('button', { name: 'Confirm' }));
  await waitFor(() => expect(screen.queryByRole('columnheader', { name: /Monthly/ })).toBeNull());
  expect(Object.keys(localStorage)).toEqual(['ashlar.abacus.view']);
});
