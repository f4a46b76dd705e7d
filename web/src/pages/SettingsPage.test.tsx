import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { refused, serve, session, type Answers, type Asked } from '../testing/api';
import { openConsole } from '../testing/open-console';

const own = {
  id: session.tokenId,
  name: 'administrator',
  permissions: ['*'],
  createdAt: '2026-11-21T00:24:40.123Z',
  current: true,
};
const other = { ...own, id: 'tok_2', name: '<b>grafana</b>', permissions: ['metrics:read'], current: false };

let answers: Answers;
let log: Asked[];
beforeEach(() => {
  answers = {
    'GET /api/session': () => ({ body: session }),
    'GET /api/providers': () => ({ body: { items: [], next: null } }),
    'GET /api/tokens': () => ({ body: { items: [own, other], next: null } }),
  };
  log = serve(answers);
});

const bodies = (method: string, path: string) =>
  log.filter((one) => one.method === method && one.path === path).map(({ body }) => body);

test('a token is made with what was chosen, and shown until it is put away', async () => {
  answers['POST /api/tokens'] = () => ({
    status: 201,
    body: { ...other, name: 'ci', token: 'ashlar_canary' },
  });
  openConsole('/settings');
  await userEvent.click(await screen.findByRole('button', { name: 'Create token' }));
  const dialog = await screen.findByRole('dialog');
  const go = within(dialog).getByRole('button', { name: 'Create token' });
  expect(go).toHaveAttribute('aria-disabled', 'true');
  await userEvent.type(within(dialog).getByLabelText('Name'), 'ci');
  await userEvent.click(within(dialog).getByRole('button', { name: /Permissions/ }));
  await userEvent.click(await screen.findByRole('option', { name: /servers:read/ }));
  await userEvent.keyboard('{Escape}');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Create token' }));
  expect(await within(dialog).findByText('ashlar_canary')).toBeVisible();
  expect(bodies('POST', '/api/tokens')).toEqual([{ name: 'ci', permissions: ['servers:read'] }]);
  await userEvent.click(within(dialog).getByRole('button', { name: 'I have kept it' }));
  await waitFor(() => expect(screen.queryByText('ashlar_canary')).toBeNull());
});

test('another token is revoked after a question; a refusal is shown; one’s own cannot be', async () => {
  answers['DELETE /api/tokens/tok_2'] = () => refused(404, 'not-found', 'there is no token tok_2');
  openConsole('/settings');
  expect(await screen.findByText('<b>grafana</b>')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Revoke administrator' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Revoke <b>grafana</b>' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Revoke token' }));
  expect(await within(dialog).findByText('There is no token tok_2.')).toBeVisible();
  answers['DELETE /api/tokens/tok_2'] = () => ({ status: 204, body: null });
  answers['GET /api/tokens'] = () => ({ body: { items: [own], next: null } });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Revoke token' }));
  await waitFor(() => expect(screen.queryByText('<b>grafana</b>')).toBeNull());
});

test('whoever may not see tokens is not shown any', async () => {
  answers['GET /api/session'] = () => ({ body: { ...session, permissions: ['catalog:read'] } });
  openConsole('/settings');
  expect(await screen.findByRole('heading', { name: 'Providers' })).toBeVisible();
  expect(screen.queryByRole('heading', { name: /Tokens/ })).toBeNull();
  expect(bodies('GET', '/api/tokens')).toEqual([]);
});
