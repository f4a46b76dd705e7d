import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { serversApi } from '../api/servers';
import { refused, serve, session, type Answers, type Asked } from '../testing/api';
import { openConsole } from '../testing/open-console';

let answers: Answers;
let log: Asked[];

const nothing = { items: [], next: null, total: 0 };
const unauthenticated = () => refused(401, 'unauthenticated', 'there is no session');

beforeEach(() => {
  answers = {
    'GET /api/session': () => ({ body: session }),
    'GET /api/global/digitalocean/regions': () => ({ body: nothing }),
    'GET /api/global/digitalocean/sizes': () => ({ body: nothing }),
    'GET /api/operations': () => ({ body: nothing }),
  };
  log = serve(answers);
});

const asked = (method: string, path: string) =>
  log.filter((one) => one.method === method && one.path === path);
const heading = (name: string) => screen.findByRole('heading', { level: 1, name });

test('who is not signed in signs in, and is where they wanted to go', async () => {
  answers['GET /api/session'] = unauthenticated;
  answers['POST /api/session'] = ({ body }) =>
    (body as { token: string }).token === 'right'
      ? { body: session }
      : refused(401, 'unauthenticated', 'no such token');
  openConsole('/operations');
  const token = await screen.findByLabelText('Token');
  await userEvent.type(token, 'wrong');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByText('No such token.')).toBeVisible();
  await userEvent.clear(token);
  await userEvent.type(token, ' right{Enter}');
  await heading('Operations');
  expect(asked('POST', '/api/session').at(-1)?.body).toEqual({ token: 'right' });
  expect(JSON.stringify([localStorage, sessionStorage])).not.toContain('right');
});

test('an empty token is not sent', async () => {
  answers['GET /api/session'] = unauthenticated;
  openConsole('/sign-in');
  await userEvent.click(await screen.findByRole('button', { name: 'Sign in' }));
  expect(await screen.findByText('Paste a token.')).toBeVisible();
});

test('a session that ends leads to the sign-in page, which says so', async () => {
  const store = openConsole('/operations');
  await heading('Operations');
  answers['GET /api/operations'] = () => refused(401, 'unauthenticated', 'the session has ended');
  await userEvent.click(screen.getByRole('button', { name: 'Refresh' }));
  expect(await screen.findByText(/Your session has ended/)).toBeVisible();
  expect(store.getState().session.session).toBeNull();
});

test('a refusal blanks its own place, and the page around it stays', async () => {
  answers['GET /api/operations'] = () => refused(403, 'forbidden', 'needs the permission operations:read');
  openConsole('/operations');
  await heading('Operations');
  expect(await screen.findByText('No permission')).toBeVisible();
  expect(screen.getByText('Needs the permission operations:read.')).toBeVisible();
  await userEvent.click(screen.getByRole('link', { name: 'Regions and sizes' }));
  await heading('Regions and sizes');
});

test('a server that does not answer is no sign-out', async () => {
  answers['GET /api/session'] = () => {
    throw new TypeError('connection refused');
  };
  openConsole('/operations');
  expect(await screen.findByText('The server does not answer')).toBeVisible();
  answers['GET /api/session'] = () => ({ body: session });
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await heading('Operations');
});

test('what does not exist is said so', async () => {
  openConsole('/nowhere');
  await heading('Not found');
  expect(screen.getByText('/nowhere')).toBeVisible();
});

test('signing out forgets what was seen', async () => {
  answers['DELETE /api/session'] = () => ({ status: 204, body: null });
  const store = openConsole('/operations');
  await heading('Operations');
  await userEvent.click(screen.getByRole('button', { name: /administrator/ }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Sign out' }));
  await screen.findByLabelText('Token');
  expect(asked('DELETE', '/api/session')[0]?.headers.get('X-CSRF-Token')).toBe('csrf');
  expect(store.getState().api.queries).toEqual({});
});

test('a change carries the CSRF token, and is repeated once when another tab has signed in anew', async () => {
  const store = openConsole('/operations');
  await heading('Operations');
  answers['GET /api/session'] = () => ({ body: { ...session, csrfToken: 'csrf-2' } });
  answers['POST /api/plans'] = ({ headers }) =>
    headers.get('X-CSRF-Token') === 'csrf-2' ? { body: { empty: true } } : refused(403, 'forbidden', 'CSRF');
  const answer = await store.dispatch(
    serversApi.endpoints.planCreation.initiate({ kind: 'abacus', spec: {} }),
  );
  expect(answer.data).toEqual({ empty: true });
  expect(asked('POST', '/api/plans').map(({ headers }) => headers.get('X-CSRF-Token'))).toEqual([
    'csrf',
    'csrf-2',
  ]);
});

test('a change that is refused for good is not repeated for ever', async () => {
  const store = openConsole('/operations');
  await heading('Operations');
  answers['POST /api/plans'] = () => refused(403, 'forbidden', 'needs plans:create');
  const answer = await store.dispatch(
    serversApi.endpoints.planCreation.initiate({ kind: 'abacus', spec: {} }),
  );
  expect(asked('POST', '/api/plans')).toHaveLength(1);
  expect(answer.error).toMatchObject({ status: 403, detail: 'needs plans:create' });
});
