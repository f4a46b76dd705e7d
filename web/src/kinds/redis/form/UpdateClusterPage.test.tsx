import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { serve, show, type Asked } from '../../../testing/api';
import { catalogAnswers } from '../../../testing/catalog';
import { accepted, makeProblem } from '../../../testing/plans';
import { kSpec, plan, server } from '../testing';
import { UpdateClusterPage } from './UpdateClusterPage';

vi.setConfig({ testTimeout: 30_000 });

const at = { path: '/servers/update/:id', at: '/servers/update/res_1' };

it('keeps everything when somebody else was faster, and sends it on top of theirs', async () => {
  let theirs = server();
  const changes: Asked[] = [];
  serve({
    ...catalogAnswers,
    'GET /api/infrastructure/redis/res_1': () => ({ body: theirs }),
    'POST /api/servers/res_1/plans/update': () => ({ body: plan({ generation: theirs.generation }) }),
    'PATCH /api/servers/res_1': (asked) => {
      changes.push(asked);
      if (asked.headers.get('If-Match') !== `"${theirs.generation}"`)
        return { status: 412, body: makeProblem(412, 'precondition-failed') };
      return { status: 202, body: accepted };
    },
  });
  show(<UpdateClusterPage />, at);
  await userEvent.click(await screen.findByRole('button', { name: 'Add node to replica nodes' }));
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('prod-replica-3')).toBeVisible();

  theirs = server({ generation: 2, spec: { ...kSpec, heal: 'replace' } });
  await userEvent.click(screen.getByRole('button', { name: 'Update cluster' }));
  expect(await screen.findByText('Somebody else changed this cluster meanwhile')).toBeVisible();
  expect(screen.getByText('heal')).toBeVisible();
  expect(screen.getByText(/safe → replace/)).toBeVisible();
  expect(screen.getByText('replica-3')).toBeVisible();

  await userEvent.click(screen.getByRole('button', { name: 'Put my changes on top of theirs' }));
  expect(screen.getByText('replica-3')).toBeVisible();
  expect(screen.getByRole('radio', { name: /Replace/ })).toBeChecked();
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Update cluster' }));
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
  expect(changes.map(({ headers }) => headers.get('If-Match'))).toEqual(['"1"', '"2"']);
  const size = 's-1vcpu-1gb';
  expect(changes[1]?.body).toEqual({
    desiredState: {
      roles: {
        replica: {
          nodes: [
            { id: 'replica-1', size, group: 1 },
            { id: 'replica-2', size, group: 1 },
            { id: 'replica-3', size },
          ],
        },
      },
    },
  });
});

it('notices a change by somebody else with the plan already', async () => {
  let generation = 1;
  serve({
    ...catalogAnswers,
    'GET /api/infrastructure/redis/res_1': () => ({ body: server({ generation }) }),
    'POST /api/servers/res_1/plans/update': () => ({ body: plan({ generation: (generation = 2) }) }),
  });
  show(<UpdateClusterPage />, at);
  await userEvent.click(await screen.findByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('Somebody else changed this cluster meanwhile')).toBeVisible();
});

it('asks for repairs when nothing was changed', async () => {
  const log = serve({
    ...catalogAnswers,
    'GET /api/infrastructure/redis/res_1': () => ({ body: server() }),
    'POST /api/servers/res_1/plans/update': () => ({ body: plan() }),
  });
  show(<UpdateClusterPage />, at);
  await userEvent.click(await screen.findByRole('button', { name: 'Review plan' }));
  expect(await screen.findByRole('button', { name: 'Update cluster' })).toBeVisible();
  expect(log.find(({ method }) => method === 'POST')?.body).toEqual({});
});

it('carries out what destroys only when the name was typed', async () => {
  const log = serve({
    ...catalogAnswers,
    'GET /api/infrastructure/redis/res_1': () => ({ body: server() }),
    'POST /api/servers/res_1/plans/update': () => ({
      body: plan({
        dangers: [{ kind: 'encryption', message: 'passwords and data of prod travel in the clear' }],
        reassurance: null,
      }),
    }),
    'PATCH /api/servers/res_1': () => ({ status: 202, body: accepted }),
  });
  show(<UpdateClusterPage />, at);
  await userEvent.click(await screen.findByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('This destroys or weakens something')).toBeVisible();
  const go = screen.getByRole('button', { name: 'Update cluster' });
  expect(go).toHaveAttribute('aria-disabled', 'true');
  await userEvent.click(go);
  await userEvent.type(screen.getByLabelText('To confirm, type prod'), 'prod');
  await userEvent.click(go);
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
  const sent = log.filter(({ method }) => method === 'PATCH');
  expect(sent.map(({ headers }) => headers.get('Ashlar-Confirm'))).toEqual(['prod']);
});

it('fixes what only another cluster can have', async () => {
  serve({ ...catalogAnswers, 'GET /api/infrastructure/redis/res_1': () => ({ body: server() }) });
  show(<UpdateClusterPage />, at);
  expect(await screen.findByLabelText('Cluster name')).toBeDisabled();
  expect(screen.queryByText('System password')).toBeNull();
});

it('says that there is no such cluster', async () => {
  serve({
    ...catalogAnswers,
    'GET /api/infrastructure/redis/res_1': () => ({ status: 404, body: makeProblem(404, 'not-found') }),
  });
  show(<UpdateClusterPage />, at);
  expect(await screen.findByRole('heading', { level: 1 })).toHaveTextContent(/not|no such|nothing/i);
});
