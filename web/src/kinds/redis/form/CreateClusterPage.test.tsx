import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { fill, serve, show } from '../../../testing/api';
import { catalogAnswers } from '../../../testing/catalog';
import { accepted, makeProblem } from '../../../testing/plans';
import { plan } from '../testing';
import { CreateClusterPage } from './CreateClusterPage';

// A whole form in jsdom, on a machine that does other things, too.
vi.setConfig({ testTimeout: 30_000 });

const newPlan = plan({ resourceId: null, generation: null, resourceName: 'prod-redis', action: 'deploy' });

it('shows the server’s messages at their fields, and keeps what was typed', async () => {
  serve({
    ...catalogAnswers,
    'POST /api/plans': () => ({
      status: 422,
      body: makeProblem(422, 'invalid-input', [
        { path: 'spec.name', message: 'must be lower-case', code: 'schema' },
        {
          path: 'spec.desiredState.roles.replica.nodes[1].size',
          message: 'is not a known size',
          code: 'rule',
        },
        { path: 'spec.clientRanges[2]', message: 'must be a network', code: 'rule' },
      ]),
    }),
  });
  show(<CreateClusterPage />, { path: '/servers/create' });
  const name = await screen.findByLabelText('Cluster name');
  await fill(name, 'PROD');
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('must be lower-case')).toBeVisible();
  expect(screen.getByText('is not a known size')).toBeVisible();
  expect(screen.getByText('must be a network')).toBeVisible();
  expect(name).toHaveValue('PROD');
  expect(name).toHaveAccessibleDescription(/must be lower-case/);
  expect(name).toHaveFocus();
});

it('deploys what the plan was made of, once', async () => {
  const log = serve({
    ...catalogAnswers,
    'POST /api/plans': () => ({ body: newPlan }),
    'POST /api/infrastructure/redis/deploy': () => ({ status: 202, body: accepted }),
  });
  show(<CreateClusterPage />, { path: '/servers/create' });
  await fill(await screen.findByLabelText('Cluster name'), 'prod-redis');
  await userEvent.click(screen.getByRole('button', { name: 'Add node to replica nodes' }));
  await userEvent.click(screen.getByRole('radio', { name: /Give one/ }));
  await fill(screen.getByLabelText('Password'), 'correct-horse-battery');
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('prod-replica-3')).toBeVisible();
  expect(document.body).not.toHaveTextContent('correct-horse-battery');
  await userEvent.click(screen.getByRole('button', { name: 'Deploy Cluster' }));
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));

  const planned = log.find(({ path }) => path === '/api/plans');
  const deployed = log.filter(({ path }) => path === '/api/infrastructure/redis/deploy');
  expect(deployed).toHaveLength(1);
  expect(deployed[0]?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f]{32}$/);
  expect(deployed[0]?.headers.get('X-CSRF-Token')).toBe('csrf');
  const { spec } = planned?.body as { spec: unknown };
  expect(deployed[0]?.body).toEqual({ clusters: [spec] });
  expect(spec).toMatchObject({
    name: 'prod-redis',
    systemPassword: 'correct-horse-battery',
    desiredState: { roles: { replica: { count: 4, size: 's-2vcpu-4gb' } } },
  });
});

it('creates only what is new: a name that is taken is said at its field', async () => {
  const taken = {
    ...makeProblem(412, 'precondition-failed', [
      { path: 'spec.name', message: "'prod' is taken by res_1", code: 'rule' },
    ]),
    remedy: 'choose another name, or change the one that is there',
  };
  const log = serve({ ...catalogAnswers, 'POST /api/plans': () => ({ status: 412, body: taken }) });
  show(<CreateClusterPage />, { path: '/servers/create' });
  await fill(await screen.findByLabelText('Cluster name'), 'prod');
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText("'prod' is taken by res_1")).toBeVisible();
  expect(screen.getByText('Choose another name, or change the one that is there.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Deploy Cluster' })).toBeNull();
  expect(log.at(-1)?.headers.get('If-None-Match')).toBe('*');
});

it('is refused, too, when somebody takes the name while the plan is looked at', async () => {
  const log = serve({
    ...catalogAnswers,
    'POST /api/plans': () => ({ body: newPlan }),
    'POST /api/infrastructure/redis/deploy': () => ({
      status: 412,
      body: makeProblem(412, 'precondition-failed', [
        { path: 'clusters[0].name', message: 'is taken', code: 'rule' },
      ]),
    }),
  });
  show(<CreateClusterPage />, { path: '/servers/create' });
  await fill(await screen.findByLabelText('Cluster name'), 'prod-redis');
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Deploy Cluster' }));
  expect(await screen.findByText('is taken')).toBeVisible();
  expect(log.at(-1)?.headers.get('If-None-Match')).toBe('*');
});

it('is the same spec in YAML, both ways, without the password', async () => {
  serve(catalogAnswers);
  show(<CreateClusterPage />, { path: '/servers/create' });
  await fill(await screen.findByLabelText('Cluster name'), 'prod-redis');
  await userEvent.click(screen.getByRole('radio', { name: /Give one/ }));
  await fill(screen.getByLabelText('Password'), 'correct-horse-battery');
  await userEvent.click(screen.getByRole('button', { name: 'YAML' }));
  const text = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'The cluster as YAML' });
  expect(text.value).toContain('name: prod-redis\n');
  expect(text.value).not.toContain('correct-horse');
  await fill(text, 'name: other\nregoin: nyc1\n');
  expect(screen.getByText('is not a field of a Redis cluster')).toBeVisible();
  expect(screen.getByRole('button', { name: 'Review plan' })).toHaveAttribute('aria-disabled', 'true');
  await fill(
    text,
    '# mine\nname: other\ntype: single\ndesiredState: {roles: {master: {count: 1, size: s-1vcpu-1gb}}}\n',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Form' }));
  expect(screen.getByLabelText('Cluster name')).toHaveValue('other');
  expect(screen.queryByRole('list', { name: 'Nodes of the role sentinel' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'YAML' }));
  expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'The cluster as YAML' }).value).toContain(
    '# mine',
  );
});

it('enforces the minimums, and says why', async () => {
  serve(catalogAnswers);
  show(<CreateClusterPage />, { path: '/servers/create' });
  const sentinels = await screen.findByRole('list', { name: 'Nodes of the role sentinel' });
  const remove = within(sentinels).getByRole('button', { name: 'Remove sentinel-1' });
  expect(remove).toHaveAttribute('aria-disabled', 'true');
  await userEvent.click(screen.getByRole('button', { name: 'Add node to sentinel nodes' }));
  expect(within(sentinels).getAllByRole('listitem')).toHaveLength(4);
  expect(screen.getByText(/Use an odd number/)).toBeVisible();
  await userEvent.click(within(sentinels).getByRole('button', { name: 'Remove sentinel-1' }));
  expect(within(sentinels).getAllByRole('listitem')).toHaveLength(3);
});
