import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { fill, refused, serve, show } from '../../../testing/api';
import { catalogAnswers } from '../../../testing/catalog';
import { makeOperation, makeStep } from '../../../testing/operations';
import { accepted } from '../../../testing/plans';
import { cluster, heldSpec, node, plan, reassignment, sixNodes, status, storedSpec } from '../testing';
import type { KafkaResource } from '../model/types';
import { ClusterPage } from './ClusterPage';

vi.setConfig({ testTimeout: 30_000 });
// A canvas is no thing of jsdom's.
vi.mock('../../../parts/LineChart', () => ({
  LineChart: ({ inWords }: { inWords: string }) => <div role="img" aria-label={inWords} />,
}));

const hostile = '<img src=x onerror=alert(1)> \u202Eأبجد 💥';

function open(tab: string, resource: KafkaResource = cluster(), more = {}) {
  const log = serve({
    ...catalogAnswers,
    'GET /api/infrastructure/kafka/res_1': () => ({ body: resource }),
    'GET /api/servers/res_1/events': () => ({ body: { items: [], next: null } }),
    ...more,
  });
  return { log, ...show(<ClusterPage />, { path: '/kafka/:id', at: `/kafka/res_1?tab=${tab}` }) };
}

it('has its tabs in the order of the house', async () => {
  open('overview');
  await screen.findByRole('tab', { name: 'Overview' });
  const names = screen.getAllByRole('tab').map((tab) => tab.textContent);
  expect(names).toEqual([
    'Overview',
    'Topology',
    'Nodes (6)',
    'Topics (2)',
    'Groups (1)',
    'Metrics',
    'Connect',
    'Configuration',
    'Activity',
  ]);
});

const figure = (label: string) => screen.getByText(label).closest('dt')?.nextElementSibling;

describe('the overview', () => {
  it('has the key figures', async () => {
    open('overview');
    await screen.findByText('Key figures');
    expect(figure('Active controller')).toHaveTextContent('controller-1');
    expect(figure('Brokers')).toHaveTextContent('3 of 3 work');
    expect(figure('Offline partitions')).toHaveTextContent('None');
    expect(screen.getByText('10.92.137.7:9092,10.92.137.5:9092')).toBeVisible();
    expect(figure('Nodes declared')).toHaveTextContent('3 controllers, 3 brokers');
  });

  it('says what is wrong, and where', async () => {
    const down = status({
      health: 'down',
      problems: ['2 partitions are without a leader: orders-3, orders-4'],
      partitions: {
        count: 62,
        offline: { count: 2, named: ['orders-3', 'orders-4'] },
        underReplicated: { count: 9, named: ['orders-0'] },
        underMinInSync: { count: 0, named: [] },
      },
    });
    open('overview', cluster({ status: down }));
    expect(await screen.findByText('Some of it can be neither read nor written')).toBeVisible();
    expect(screen.getByText('orders-3, orders-4')).toBeVisible();
    expect(screen.getByText('orders-0 and 8 others')).toBeVisible();
  });

  it('of one that was never seen shows what was declared', async () => {
    open('overview', cluster({ state: 'deploying', status: {} }));
    await screen.findByText('Key figures');
    expect(figure('Nodes declared')).toHaveTextContent('3 brokers');
    expect(figure('Active controller')).toHaveTextContent('–');
    expect(screen.queryByText('Endpoints')).toBeNull();
  });

  it('of one that is stopped says nothing of what it last saw', async () => {
    const off = cluster({ state: 'stopped', spec: { ...storedSpec, power: 'off' } });
    open('overview', off);
    expect(await screen.findByText('The cluster is stopped')).toBeVisible();
    expect(figure('Active controller')).toHaveTextContent('–');
    expect(figure('Brokers')).toHaveTextContent('0 of 3 work');
  });
});

it('nodes show what each carries, and what is wrong, as text', async () => {
  const nodes = sixNodes.map((one) =>
    one.name === 'broker-2'
      ? node('broker-2', { zone: 'nyc1-b', state: 'failed', error: hostile, notInSync: 7 })
      : one,
  );
  const { container } = open('nodes', cluster({ status: status({ nodes, health: 'degraded' }) }));
  expect(await screen.findByText(hostile)).toBeVisible();
  expect(container.querySelector('img')).toBeNull();
  expect(screen.getByText('nyc1-b')).toBeVisible();
  expect(screen.getByText('controller, leads the controllers')).toBeVisible();
  expect(screen.getAllByText('40 GiB of 50 GiB')).toHaveLength(6);
  expect(screen.getAllByText(/days left/)).toHaveLength(6);
});

it('the picture tells zones, nodes and who leads, to those who hear it, too', async () => {
  const nodes = sixNodes.map((one) => ({ ...one, zone: one.role === 'broker' ? `zone-${one.name}` : null }));
  open('topology', cluster({ status: status({ nodes }) }));
  const rack = await screen.findByRole('region', { name: 'Zone zone-broker-1' });
  expect(within(rack).getByText('broker-1')).toBeVisible();
  expect(within(rack).getByText('Disk').nextSibling?.nextSibling).toHaveTextContent('20 %');
  const controllers = screen.getByRole('region', { name: 'Controllers' });
  expect(within(controllers).getAllByRole('listitem')).toHaveLength(3);
  expect(within(controllers).getByText('active controller')).toBeVisible();
});

it('the picture and the nodes mark who is held out of changes', async () => {
  const held = cluster({ spec: heldSpec('broker-2') });
  const { unmount } = open('topology', held);
  const racks = await screen.findByRole('region', { name: 'Brokers' });
  expect(within(racks).getAllByText('held')).toHaveLength(1);
  unmount();
  open('nodes', held);
  expect(await screen.findByText('Held out of changes')).toBeVisible();
  expect(screen.getAllByText('Takes part')).toHaveLength(5);
});

it('the overview warns of a certificate that no renewal reaches', async () => {
  const message = 'broker-2 is held out of changes, and its certificate ends on 2026-12-06';
  const drift = ['none', 'safe'].map((heals) => ({
    node: 'broker-2',
    what: 'certificate-expiring',
    declared: null,
    found: null,
    monthlyUsd: null,
    heals: heals as 'none' | 'safe',
    message: heals === 'none' ? message : 'a rotation renews it',
  }));
  open('overview', cluster({ status: status({ drift }) }));
  expect(await screen.findByText('Certificates of held nodes are not renewed')).toBeVisible();
  expect(screen.getByText(`${message}.`)).toBeVisible();
  expect(screen.queryByText(/a rotation renews it/)).toBeNull();
});

describe('replicas that move', () => {
  const moves = makeStep('kafka.reassign', [], {
    type: 'kafka.reassign',
    state: 'waiting',
    figures: reassignment(),
  });
  const busy = cluster({ state: 'updating', currentOperationId: 'op_1' });
  const running = { 'GET /api/operations/op_1': () => ({ body: makeOperation([moves]) }) };
  const panel = () => screen.findByRole('heading', { name: 'Replicas are moving' });

  it('are told with what is left, how far, how fast, and between whom', async () => {
    open('overview', busy, running);
    await panel();
    expect(screen.getByText('3 GiB of 8 GiB')).toBeVisible();
    expect(figure('Partitions left')).toHaveTextContent('12');
    expect(figure('Time left')).toHaveTextContent('About 1 min 47 s');
    expect(figure('Bound')).toHaveTextContent(/^50 MB a second of each broker$/);
    expect(figure('Brokers that receive')).toHaveTextContent('broker-4: 7 replicasbroker-5: 5 replicas');
    expect(figure('Brokers that give')).toHaveTextContent('broker-1: 12 replicas');
  });

  it('get another bound while they move', async () => {
    const { log } = open('overview', busy, {
      ...running,
      'PATCH /api/servers/res_1/throttle': () => ({ body: { ...accepted, correlationId: null } }),
    });
    await panel();
    await userEvent.click(screen.getByRole('button', { name: 'Change the bound' }));
    const dialog = within(screen.getByRole('dialog'));
    const go = dialog.getByRole('button', { name: 'Change the bound' });
    expect(go).toHaveAttribute('aria-disabled', 'true');
    await fill(dialog.getByLabelText('MB a second of each broker'), '200');
    await userEvent.click(go);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    const asked = log.find(({ method }) => method === 'PATCH');
    expect(asked?.body).toEqual({ bytesPerSecond: 200_000_000 });
    expect(asked?.headers.get('If-Match')).toBe('"1"');
  });

  it('say that a new bound is on its way', async () => {
    open('overview', { ...busy, spec: { ...storedSpec, reassignmentBytesPerSecond: 0 } }, running);
    await panel();
    expect(figure('Bound')).toHaveTextContent('50 MB a second of each brokerWithin seconds: None');
  });

  it('keep the dialog open and say why when the bound is refused', async () => {
    open('overview', busy, {
      ...running,
      'PATCH /api/servers/res_1/throttle': () =>
        refused(412, 'precondition-failed', 'prod has changed since'),
    });
    await panel();
    await userEvent.click(screen.getByRole('button', { name: 'Change the bound' }));
    const dialog = within(screen.getByRole('dialog'));
    await fill(dialog.getByLabelText('MB a second of each broker'), '0');
    await userEvent.click(dialog.getByRole('button', { name: 'Change the bound' }));
    expect(await dialog.findByText(/prod has changed since/i)).toBeVisible();
  });

  it('of somebody else are shown as they were seen last, without what is not known', async () => {
    const seen = reassignment({
      bytes: null,
      copiedBytes: null,
      bytesPerSecond: null,
      leftMilliseconds: null,
    });
    open('overview', cluster({ status: status({ reassignment: seen }) }));
    await panel();
    expect(screen.getByText(/No operation of Ashlar moves them/)).toBeVisible();
    expect(screen.queryByText('Bound')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Change the bound' })).toBeNull();
  });

  it('are no subject when none do', async () => {
    open('overview');
    await screen.findByText('Key figures');
    expect(screen.queryByRole('heading', { name: 'Replicas are moving' })).toBeNull();
  });
});

it('topics are found by name and by configuration', async () => {
  open('topics');
  const table = await screen.findByRole('table', { name: 'Topics' });
  expect(within(table).getAllByRole('row')).toHaveLength(3);
  expect(within(table).getByText('cleanup.policy=compact')).toBeVisible();
  await fill(screen.getByLabelText('Find a topic'), 'COMPACT');
  expect(within(table).getAllByRole('row')).toHaveLength(2);
  expect(within(table).getByText('customers')).toBeVisible();
  await fill(screen.getByLabelText('Find a topic'), 'nothing of it');
  expect(await screen.findByText('No topic matches.')).toBeVisible();
});

it('topics say so while nobody answers', async () => {
  open('topics', cluster({ status: status({ topics: null }) }));
  expect(await screen.findByText('Nobody answers at the moment.')).toBeVisible();
});

it('of many groups those with the largest lag are drawn', async () => {
  const series = Array.from({ length: 300 }, (_, index) => ({
    metric: 'consumerLag',
    node: `group-${index}`,
    values: [index],
  }));
  open('groups', cluster(), {
    'GET /api/servers/res_1/series': () => ({
      body: { resourceId: 'res_1', times: ['2026-11-21T00:00:00.000Z'], series },
    }),
  });
  expect(await screen.findByText('The 8 largest are drawn, 292 more are not.')).toBeVisible();
  expect(screen.getByRole('img', { name: /group-292 292.*group-299 299$/ })).toBeVisible();
});

it('groups have their lag, as a number and as a curve', async () => {
  const series = [{ metric: 'consumerLag', node: hostile, values: [3, 86] }];
  const times = ['2026-11-21T00:00:00.000Z', '2026-11-21T00:00:30.000Z'];
  const { container } = open('groups', cluster(), {
    'GET /api/servers/res_1/series': () => ({ body: { resourceId: 'res_1', times, series } }),
  });
  const row = await screen.findByRole('row', { name: /billing-load/ });
  expect(within(row).getByText('12,086')).toBeVisible();
  expect(within(row).getByText('Stable')).toBeVisible();
  expect(await screen.findByRole('img', { name: new RegExp('Consumer lag.*86$') })).toBeVisible();
  expect(container.querySelector('img')).toBeNull();
});

describe('connecting', () => {
  const credentials = {
    resourceId: 'res_1',
    kind: 'kafka',
    name: 'prod',
    users: [
      { username: 'shop', password: 'correct-horse-battery' },
      { username: 'billing', password: 'other-horse-battery' },
    ],
    clientProperties: 'password=correct-horse-battery',
    caCertificate: '-----BEGIN CERTIFICATE-----',
  };

  it('fetches secrets only when asked, and masks them', async () => {
    const { log } = open('connect', cluster(), {
      'GET /api/servers/res_1/credentials': () => ({ body: credentials }),
    });
    const fetchIt = await screen.findByRole('button', { name: 'Fetch credentials' });
    expect(log.some(({ path }) => path.includes('credentials'))).toBe(false);
    await userEvent.click(fetchIt);
    expect(await screen.findByText('Password of billing')).toBeVisible();
    expect(document.body).not.toHaveTextContent('horse');
    await userEvent.click(screen.getByRole('button', { name: 'Show secrets' }));
    expect(screen.getByText('other-horse-battery')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Save as client.properties' })).toBeVisible();
    expect(screen.getByRole('button', { name: 'Save as ca.crt' })).toBeVisible();
  });

  it('has code for the user that is chosen', async () => {
    open('connect');
    expect(await screen.findByLabelText('Code for Java')).toHaveTextContent('"shop"');
    await userEvent.click(screen.getByRole('button', { name: /User/ }));
    await userEvent.click(await screen.findByRole('option', { name: 'billing' }));
    expect(screen.getByLabelText('Code for Java')).toHaveTextContent('"billing"');
    expect(screen.getByText(/kcat of Debian 12 cannot log in/)).toBeVisible();
  });

  it('waits for the proof that the cluster works', async () => {
    open('connect', cluster({ status: status({ connection: null }) }));
    expect(await screen.findByText(/has not been proved to work yet/)).toBeVisible();
  });
});

describe('actions', () => {
  async function choose(name: string): Promise<HTMLElement> {
    await userEvent.click(await screen.findByRole('button', { name: 'Actions' }));
    await userEvent.click(screen.getByRole('menuitem', { name }));
    return screen.findByRole('dialog');
  }

  it('are those of the kind, and of no other', async () => {
    open('nodes');
    await userEvent.click(await screen.findByRole('button', { name: 'Actions' }));
    const names = screen.getAllByRole('menuitem').map((item) => item.textContent.split(/The|Needs/)[0]);
    expect(names).toEqual([
      'Update',
      'Upgrade',
      'Downgrade',
      'Spread replicas evenly',
      'Change the bound for moving replicas',
      'Rotate passwords or certificates',
      'Heal',
      'Start',
      'Stop',
      'Delete',
    ]);
  });

  it('heal says what its policy does not reach', async () => {
    const missing = {
      node: 'broker-1',
      what: 'machine-missing',
      declared: 's-1vcpu-2gb',
      found: 'none',
      heals: 'replace' as const,
      monthlyUsd: null,
      message: 'broker-1 has no machine; an update makes a new one',
    };
    open('nodes', cluster({ status: status({ drift: [missing] }) }), {
      'POST /api/servers/res_1/plans/heal': () => ({
        body: plan({ empty: true, summary: 'Keep prod as it is' }),
      }),
    });
    const dialog = await choose('Heal');
    expect(await within(dialog).findByText(missing.message)).toBeVisible();
    expect(within(dialog).getByRole('link', { name: 'Update the cluster' })).toHaveAttribute(
      'href',
      '/kafka/update/res_1',
    );
  });

  it('rotate the passwords of all users or of some, and say who must act', async () => {
    const clients = {
      who: 'clients that log in as billing',
      what: 'change to the new password',
      until: 'at once: Kafka keeps one password a user',
    };
    const { log } = open('nodes', cluster(), {
      'POST /api/servers/res_1/plans/rotate': () => ({
        body: plan({ action: 'rotate', requiredActions: [clients], reassurance: null }),
      }),
      'PATCH /api/servers/res_1/rotate': () => ({ status: 202, body: accepted }),
    });
    const dialog = await choose('Rotate passwords or certificates');
    const go = within(dialog).getByRole('button', { name: 'Rotate' });
    expect(within(dialog).getByText(/clients must change to the new one at once/)).toBeVisible();
    await waitFor(() => expect(go).toBeEnabled());
    expect(log.at(-1)?.body).toEqual({ what: 'passwords' });
    await userEvent.click(within(dialog).getByRole('radio', { name: 'Some users' }));
    expect(go).toBeDisabled();
    await userEvent.click(within(dialog).getByRole('button', { name: /Users/ }));
    await userEvent.click(await screen.findByRole('option', { name: 'billing' }));
    await waitFor(() => expect(go).toBeEnabled(), { timeout: 5_000 });
    expect(within(dialog).getByText(/^Clients that log in as billing: change/)).toBeVisible();
    await userEvent.click(go);
    await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
    expect(log.find(({ method }) => method === 'PATCH')?.body).toEqual({
      what: 'passwords',
      users: ['billing'],
    });
  });

  it.each([
    ['hold a node out', undefined, 'Hold broker-2 out of changes', 'Hold out', true],
    ['let it go', 'broker-2', 'Let broker-2 go', 'Let go', false],
  ])('%s by an update that is reviewed', async (_, before, link, verb, held) => {
    const spec = before === undefined ? storedSpec : heldSpec(before);
    const { log } = open('nodes', cluster({ spec }), {
      'POST /api/servers/res_1/plans/update': () => ({ body: plan() }),
      'PATCH /api/servers/res_1': () => ({ status: 202, body: accepted }),
    });
    await userEvent.click(await screen.findByRole('button', { name: link }));
    const go = within(screen.getByRole('dialog', { name: link })).getByRole('button', { name: verb });
    await waitFor(() => expect(go).toBeEnabled());
    expect(screen.getByText(plan().summary)).toBeVisible();
    await userEvent.click(go);
    await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
    const { nodes } = heldSpec(held ? 'broker-2' : 'nobody').desiredState.roles.broker;
    expect(log.find(({ method }) => method === 'PATCH')?.body).toEqual({
      desiredState: { roles: { broker: { nodes } } },
    });
  });

  it('spread replicas within the bound that was declared', async () => {
    const { log } = open('topology', cluster(), {
      'POST /api/servers/res_1/plans/reassign': () => ({ body: plan({ action: 'reassign' }) }),
      'PATCH /api/servers/res_1/reassign': () => ({ status: 202, body: accepted }),
    });
    const dialog = await choose('Spread replicas evenly');
    expect(within(dialog).getByText(/at most 50 MB a second of each broker/)).toBeVisible();
    const go = within(dialog).getByRole('button', { name: 'Spread replicas' });
    await waitFor(() => expect(go).toBeEnabled());
    await userEvent.click(go);
    await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
    expect(log.find(({ method }) => method === 'PATCH')?.body).toEqual({});
  });
});
