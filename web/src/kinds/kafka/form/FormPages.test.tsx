import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { fill, serve, show } from '../../../testing/api';
import { catalogAnswers } from '../../../testing/catalog';
import { accepted, makeProblem } from '../../../testing/plans';
import { cluster, plan, storedSpec } from '../testing';
import { CreateClusterPage, UpdateClusterPage } from './FormPages';

// A whole form in jsdom, on a machine that does other things, too.
vi.setConfig({ testTimeout: 40_000 });

const newPlan = plan({ resourceId: null, generation: null, resourceName: 'prod-kafka', action: 'deploy' });
const button = (name: string) => screen.getByRole('button', { name });

it('deploys what the plan was made of: topics, users with their rights, and a password that is seen nowhere', async () => {
  const log = serve({
    ...catalogAnswers,
    'POST /api/plans': () => ({ body: newPlan }),
    'POST /api/infrastructure/kafka/deploy': () => ({ status: 202, body: accepted }),
  });
  show(<CreateClusterPage />, { path: '/kafka/create' });
  await fill(await screen.findByLabelText('Cluster name'), 'prod-kafka');
  await userEvent.click(button('Add topic'));
  await fill(screen.getByLabelText('Name of the new topic'), 'orders');
  await fill(screen.getByLabelText('Partitions of orders'), '6');
  await userEvent.click(button('Add key'));
  await fill(screen.getByLabelText('Key 1'), 'cleanup.policy');
  await fill(screen.getByLabelText('Value of cleanup.policy'), 'compact');
  await userEvent.click(screen.getByRole('radio', { name: /Named ones/ }));
  await userEvent.click(button('Remove user client'));
  await userEvent.click(button('Add user'));
  await userEvent.click(screen.getByRole('radio', { name: /Give one/ }));
  await fill(screen.getByLabelText('Password'), 'correct-horse-battery');
  await fill(screen.getByLabelText('Name of the new user'), 'shop');
  await userEvent.click(button('Add permission'));
  await fill(screen.getByLabelText('Name in permission 1'), 'orders*');
  await userEvent.click(button('Review plan'));
  expect(await screen.findByText(newPlan.summary)).toBeVisible();
  expect(document.body).not.toHaveTextContent('correct-horse');
  await userEvent.click(button('Deploy Cluster'));
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));

  const { spec } = log.find(({ path }) => path === '/api/plans')?.body as { spec: unknown };
  expect(log.find(({ path }) => path.endsWith('/deploy'))?.body).toEqual({ clusters: [spec] });
  expect(spec).toMatchObject({
    name: 'prod-kafka',
    type: 'kafka-prod',
    topics: [{ name: 'orders', partitions: 6, configuration: { 'cleanup.policy': 'compact' } }],
    users: [
      {
        name: 'shop',
        password: 'correct-horse-battery',
        acls: [{ topic: 'orders*', operations: ['read', 'describe'] }],
      },
    ],
  });
});

it('shows the server’s messages at their fields, also in entries that were not open', async () => {
  serve({
    ...catalogAnswers,
    'POST /api/plans': () => ({
      status: 422,
      body: makeProblem(422, 'invalid-input', [
        { path: 'spec.name', message: 'must be lower-case', code: 'schema' },
        { path: 'spec.topics[0].name', message: 'is Kafka’s own', code: 'rule' },
        { path: 'spec.desiredState.roles.broker.nodes[1].size', message: 'is not sold', code: 'rule' },
        { path: 'spec.certificateDays', message: 'must be at least 1', code: 'schema' },
      ]),
    }),
  });
  show(<CreateClusterPage />, { path: '/kafka/create' });
  await fill(await screen.findByLabelText('Cluster name'), 'PROD');
  await userEvent.click(button('Add topic'));
  await userEvent.click(button('Add topic'));
  await userEvent.click(button('Review plan'));
  for (const message of ['must be lower-case', 'is Kafka’s own', 'is not sold'])
    expect(await screen.findByText(message)).toBeVisible();
  expect(screen.getByText('Faults that are edited in the YAML view')).toBeVisible();
  expect(screen.getByLabelText('Cluster name')).toHaveFocus();
});

it('asks for controllers only where they have machines of their own', async () => {
  serve(catalogAnswers);
  show(<CreateClusterPage />, { path: '/kafka/create' });
  expect(await screen.findByRole('list', { name: 'Nodes of the role controller' })).toBeVisible();
  await userEvent.click(screen.getByRole('radio', { name: /^Cluster/ }));
  expect(screen.queryByRole('list', { name: 'Nodes of the role controller' })).toBeNull();
  expect(screen.getByLabelText(/Controllers among the brokers/)).toBeVisible();
  await userEvent.click(screen.getByRole('radio', { name: /^Single node/ }));
  expect(screen.queryByLabelText(/Controllers among the brokers/)).toBeNull();
  const brokers = screen.getByRole('list', { name: 'Nodes of the role broker' });
  expect(within(brokers).getAllByRole('listitem')).toHaveLength(1);
});

it('says what deleting what is not declared means', async () => {
  serve(catalogAnswers);
  show(<CreateClusterPage />, { path: '/kafka/create' });
  await userEvent.click(await screen.findByLabelText('Delete them'));
  expect(screen.getByText('Topics are deleted with all their records')).toBeVisible();
});

it('is the same spec in YAML, both ways', async () => {
  serve(catalogAnswers);
  show(<CreateClusterPage />, { path: '/kafka/create' });
  await fill(await screen.findByLabelText('Cluster name'), 'prod-kafka');
  await userEvent.click(button('YAML'));
  const text = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'The cluster as YAML' });
  expect(text.value).toContain('name: prod-kafka\n');
  await fill(text, 'name: other\ntopics:\n  - name: orders\n    partitons: 3\n');
  expect(screen.getByText('is not a field of a Kafka cluster')).toBeVisible();
  await fill(text, '# mine\nname: other\ntype: kafka-single\ntopics: [{name: orders}]\n');
  await userEvent.click(button('Form'));
  expect(screen.getByLabelText('Cluster name')).toHaveValue('other');
  expect(button('The topic orders')).toBeVisible();
  await userEvent.click(button('YAML'));
  expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'The cluster as YAML' }).value).toContain(
    '# mine',
  );
});

it('bounds how fast replicas move, in megabytes', async () => {
  const log = serve({
    ...catalogAnswers,
    'GET /api/infrastructure/kafka/res_1': () => ({ body: cluster() }),
    'POST /api/servers/res_1/plans/update': () => ({ body: plan() }),
  });
  show(<UpdateClusterPage />, { path: '/kafka/update/:id', at: '/kafka/update/res_1' });
  const bound = await screen.findByLabelText(/^Bound for moving replicas, MB a second/);
  expect(bound).toHaveValue(50);
  await fill(bound, '1.5');
  await userEvent.click(button('Review plan'));
  await screen.findByRole('button', { name: 'Update cluster' });
  expect(log.find(({ path }) => path.endsWith('/plans/update'))?.body).toEqual({
    reassignmentBytesPerSecond: 1_500_000,
  });
});

it('holds a node out of changes, which only a node that exists can be', async () => {
  const log = serve({
    ...catalogAnswers,
    'GET /api/infrastructure/kafka/res_1': () => ({ body: cluster() }),
    'POST /api/servers/res_1/plans/update': () => ({ body: plan() }),
  });
  const { unmount } = show(<CreateClusterPage />, { path: '/kafka/create' });
  await screen.findByLabelText('Cluster name');
  expect(screen.queryByLabelText('Hold out of changes: broker-2')).toBeNull();
  unmount();
  show(<UpdateClusterPage />, { path: '/kafka/update/:id', at: '/kafka/update/res_1' });
  await userEvent.click(await screen.findByLabelText('Hold out of changes: broker-2'));
  await userEvent.click(button('Review plan'));
  await screen.findByRole('button', { name: 'Update cluster' });
  const asked = log.find(({ path }) => path.endsWith('/plans/update'))?.body;
  expect(asked).toMatchObject({
    desiredState: { roles: { broker: { nodes: [{ id: 'broker-1' }, { id: 'broker-2', held: true }, {}] } } },
  });
});

it('an update sends what changed, and the password of a new user only', async () => {
  const log = serve({
    ...catalogAnswers,
    'GET /api/infrastructure/kafka/res_1': () => ({ body: cluster() }),
    'POST /api/servers/res_1/plans/update': () => ({ body: plan() }),
    'PATCH /api/servers/res_1': () => ({ status: 202, body: accepted }),
  });
  show(<UpdateClusterPage />, { path: '/kafka/update/:id', at: '/kafka/update/res_1' });
  expect(await screen.findByLabelText('Cluster name')).toBeDisabled();
  await userEvent.click(button('The user shop'));
  expect(screen.queryByRole('radio', { name: /Give one/ })).toBeNull();
  await userEvent.click(button('Add user'));
  await fill(screen.getByLabelText('Name of the new user'), 'audit');
  await userEvent.click(screen.getByRole('radio', { name: /Give one/ }));
  await fill(screen.getByLabelText('Password'), 'correct-horse-battery');
  await userEvent.click(button('Review plan'));
  await userEvent.click(await screen.findByRole('button', { name: 'Update cluster' }));
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
  const sent = log.find(({ method }) => method === 'PATCH');
  expect(sent?.body).toEqual({
    users: [...storedSpec.users, { name: 'audit', acls: [], password: 'correct-horse-battery' }],
  });
  expect(sent?.headers.get('If-Match')).toBe('"1"');
});
