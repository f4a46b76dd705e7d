import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { fill, refused, serve, show } from '../../../testing/api';
import { catalogAnswers } from '../../../testing/catalog';
import { accepted, makeProblem } from '../../../testing/plans';
import { kSixNodes, node, status } from '../model/testing';
import { plan, server } from '../testing';
import { ClusterPage } from './ClusterPage';

vi.setConfig({ testTimeout: 30_000 });

const page = (tab: string) => ({ path: '/servers/:id', at: `/servers/res_1?tab=${tab}` });
const known = {
  ...catalogAnswers,
  'GET /api/infrastructure/redis/res_1': () => ({ body: server() }),
  'GET /api/servers/res_1/events': () => ({ body: { items: [], next: null } }),
};
const hostile = '<img src=x onerror=alert(1)> \u202Eأبجد 💥';

describe('nodes', () => {
  it('show their errors as text, whatever they hold', async () => {
    const nodes = kSixNodes.map((name) =>
      node(
        name,
        name === 'replica-1' ? { state: 'error', error: hostile, tags: [hostile], replication: null } : {},
      ),
    );
    const degraded = server({ status: status(nodes, { health: 'degraded', problems: [hostile] }) });
    serve({ ...known, 'GET /api/infrastructure/redis/res_1': () => ({ body: degraded }) });
    const { container } = show(<ClusterPage />, page('nodes'));
    expect((await screen.findAllByText(hostile)).length).toBeGreaterThanOrEqual(2);
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByText('The cluster is degraded')).toBeVisible();
  });
});

describe('the page', () => {
  const refusals = {
    'GET /api/global/digitalocean/sizes': () => refused(403, 'forbidden', 'needs catalog:read'),
    'GET /api/operations': () => refused(403, 'forbidden', 'needs operations:read'),
    'GET /api/servers/res_1/drift': () => refused(403, 'forbidden', 'needs servers:read'),
  };

  it('stays when a token may not do all that it asks for', async () => {
    serve({ ...known, ...refusals });
    const first = show(<ClusterPage />, page('nodes'));
    expect(await screen.findByText('master-1')).toBeVisible();
    expect(screen.queryByText('No permission')).toBeNull();
    first.unmount();
    for (const tab of ['activity', 'configuration']) {
      const shown = show(<ClusterPage />, page(tab));
      expect(await screen.findByText('No permission')).toBeVisible();
      expect(screen.getByRole('heading', { level: 1, name: 'prod' })).toBeVisible();
      expect(screen.getByText('Overview')).toBeVisible();
      shown.unmount();
    }
  });

  it('says one word for how the cluster is, with its reason', async () => {
    const reason = 'what is there works, but upgrade failed: disk is full; retry or cancel it';
    const incomplete = server({
      state: 'degraded',
      condition: { word: 'degraded', severity: 'warning', reason },
      status: status(
        kSixNodes.map((name) => node(name)),
        { health: 'healthy', surplus: [{ name: 'master-1~2', machine: 'prod-master-1-v2' }] },
      ),
    });
    serve({ ...known, 'GET /api/infrastructure/redis/res_1': () => ({ body: incomplete }) });
    show(<ClusterPage />, page('nodes'));
    expect(await screen.findAllByText('Degraded')).not.toHaveLength(0);
    expect(screen.queryByText('Healthy')).toBeNull();
    expect(screen.getByText(/^What is there works, but upgrade failed/)).toBeVisible();
    expect(screen.getByRole('tab', { name: 'Nodes (6)' })).toBeVisible();
    expect(screen.getByText('(6)')).toBeVisible();
    expect(screen.getByText('1 machine beside the declared nodes')).toBeVisible();
    expect(screen.getByText('prod-master-1-v2.')).toBeVisible();
  });
});

describe('credentials', () => {
  it('are fetched only when asked for, masked, and forgotten', async () => {
    const log = serve({
      ...known,
      'GET /api/servers/res_1/credentials': () => ({
        body: {
          resourceId: 'res_1',
          kind: 'redis',
          name: 'prod',
          username: 'default',
          password: 'correct-horse-battery',
          sentinelPassword: null,
          caCertificate: '-----BEGIN CERTIFICATE-----',
        },
      }),
    });
    show(<ClusterPage />, page('connect'));
    const fetchIt = await screen.findByRole('button', { name: 'Fetch credentials' });
    expect(log.some(({ path }) => path.includes('credentials'))).toBe(false);
    await userEvent.click(fetchIt);
    await userEvent.click(await screen.findByRole('button', { name: 'Show secrets' }));
    expect(screen.getByText('correct-horse-battery')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Hide secrets' }));
    expect(screen.queryByText('correct-horse-battery')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Forget' }));
    expect(screen.getByRole('button', { name: 'Fetch credentials' })).toBeVisible();
  });
});

describe('actions', () => {
  async function choose(name: string) {
    await userEvent.click(await screen.findByRole('button', { name: 'Actions' }));
    await userEvent.click(screen.getByRole('menuitem', { name }));
    return screen.findByRole('dialog');
  }

  it('delete only what was named', async () => {
    const log = serve({
      ...known,
      'POST /api/servers/res_1/plans/delete': () => ({
        body: plan({
          action: 'delete',
          summary: 'Delete prod',
          dangers: [{ kind: 'data', message: 'all data of prod is deleted' }],
          reassurance: null,
        }),
      }),
      'DELETE /api/servers/res_1': () => ({ status: 202, body: accepted }),
    });
    show(<ClusterPage />, page('nodes'));
    const dialog = await choose('Delete');
    expect(await within(dialog).findByText('Delete prod', { selector: 'p' })).toBeVisible();
    expect(within(dialog).getByText('All data of prod is deleted.')).toBeVisible();
    expect(within(dialog).queryByText(/nobody has to do anything/)).toBeNull();
    const go = within(dialog).getByRole('button', { name: 'Delete cluster' });
    expect(go).toHaveAttribute('aria-disabled', 'true');
    await userEvent.type(within(dialog).getByLabelText('To confirm, type prod'), 'pro');
    expect(go).toHaveAttribute('aria-disabled', 'true');
    await userEvent.type(within(dialog).getByLabelText('To confirm, type prod'), 'd');
    await userEvent.click(go);
    await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
    const sent = log.find(({ method }) => method === 'DELETE')?.headers;
    expect(sent?.get('If-Match')).toBe('"1"');
    expect(sent?.get('Ashlar-Confirm')).toBe('prod');
  });

  it('rotate with the overlap that was chosen, and say who must act', async () => {
    const clients = { who: 'clients of prod', what: 'change to the new password', until: '900 s after' };
    const log = serve({
      ...known,
      'POST /api/servers/res_1/plans/rotate': () => ({
        body: plan({ action: 'rotate', requiredActions: [clients], reassurance: null }),
      }),
    });
    show(<ClusterPage />, page('nodes'));
    const dialog = await choose('Rotate passwords or certificates');
    const overlap = within(dialog).getByLabelText('Overlap in seconds');
    expect(overlap).toHaveValue('60');
    await fill(overlap, '86401');
    expect(within(dialog).getByText(/from 0 to 86400/)).toBeVisible();
    expect(within(dialog).getByRole('button', { name: 'Rotate' })).toBeDisabled();
    await fill(overlap, '900');
    expect(
      await within(dialog).findByText(/^Clients of prod: change to the new password, 900 s/),
    ).toBeVisible();
    expect(within(dialog).queryByText(/nobody has to do anything/)).toBeNull();
    expect(log.at(-1)?.body).toEqual({ what: 'passwords', overlapSeconds: 900 });
  });

  it('plan anew when somebody else was faster', async () => {
    let generation = 1;
    const log = serve({
      ...known,
      'POST /api/servers/res_1/plans/stop': () => ({ body: plan({ generation, action: 'stop' }) }),
      'PATCH /api/servers/res_1/stop': ({ headers }) => {
        if (headers.get('If-Match') === '"2"') return { status: 202, body: accepted };
        generation = 2;
        return { status: 412, body: makeProblem(412, 'precondition-failed') };
      },
    });
    show(<ClusterPage />, page('nodes'));
    const dialog = await choose('Stop');
    const go = within(dialog).getByRole('button', { name: 'Stop cluster' });
    await waitFor(() => expect(go).toBeEnabled());
    await userEvent.click(go);
    expect(await within(dialog).findByText('precondition-failed in detail.')).toBeVisible();
    await waitFor(() => expect(go).toBeEnabled());
    await userEvent.click(go);
    await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
    const keys = log
      .filter(({ method }) => method === 'PATCH')
      .map(({ headers }) => headers.get('Idempotency-Key'));
    expect(new Set(keys).size).toBe(2);
  });

  it('accept no plan but that of the present arguments', async () => {
    const log = serve({
      ...known,
      'POST /api/servers/res_1/plans/rotate': () => ({ body: plan({ action: 'rotate' }) }),
    });
    show(<ClusterPage />, page('nodes'));
    const dialog = await choose('Rotate passwords or certificates');
    const go = within(dialog).getByRole('button', { name: 'Rotate' });
    await waitFor(() => expect(go).toBeEnabled());
    await userEvent.click(within(dialog).getByRole('radio', { name: /Give one/ }));
    await fill(within(dialog).getByLabelText('Password'), 'correct-horse-battery');
    expect(go).toBeDisabled();
    await waitFor(() => expect(go).toBeEnabled(), { timeout: 5_000 });
    const given = log
      .filter(({ path }) => path.endsWith('/plans/rotate'))
      .map(({ body }) => (body as { systemPassword?: string }).systemPassword);
    expect(given).toEqual([undefined, 'correct-horse-battery']);
  });

  it('heal says what its policy does not reach', async () => {
    const missing = {
      node: 'replica-1',
      what: 'machine-missing' as const,
      declared: 's-1vcpu-1gb',
      found: 'none',
      heals: 'replace' as const,
      monthlyUsd: null,
      message: 'replica-1 has no machine; an update makes a new one',
    };
    const drifted = server({
      status: status(
        kSixNodes.map((name) => node(name)),
        { drift: [missing] },
      ),
    });
    serve({
      ...known,
      'GET /api/infrastructure/redis/res_1': () => ({ body: drifted }),
      'POST /api/servers/res_1/plans/heal': () => ({
        body: plan({ empty: true, summary: 'Keep prod as it is' }),
      }),
    });
    show(<ClusterPage />, page('nodes'));
    const dialog = await choose('Heal');
    expect(await within(dialog).findByText('Keep prod as it is')).toBeVisible();
    expect(within(dialog).getByText(missing.message)).toBeVisible();
    expect(within(dialog).getByRole('button', { name: 'Heal cluster' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
  });

  it('say what healing waits for', async () => {
    serve({
      ...known,
      'GET /api/infrastructure/redis/res_1': () => ({ body: server() }),
      'GET /api/servers/res_1/drift': () => ({
        body: {
          resourceId: 'res_1',
          kind: 'redis',
          name: 'prod',
          state: 'degraded',
          health: 'degraded',
          observedAt: '2026-11-20T00:00:00.000Z',
          drifted: false,
          healing: {
            waitsFor: 'op_7',
            leavesAlone: ['replica-1'],
            message: 'The upgrade has failed',
            tasks: [
              {
                action: 'rotate',
                actor: { type: 'schedule', id: null, name: 'certificates' },
                nodes: ['replica-1'],
                because: 'the certificate of replica-1 expires on 2026-12-06',
                waitsBecause: 'sentinel-2 does not work',
                notBefore: null,
              },
            ],
          },
          items: [],
        },
      }),
    });
    show(<ClusterPage />, page('configuration'));
    expect(await screen.findByText('The upgrade has failed.')).toBeVisible();
    expect(screen.getByText('rotate: the certificate of replica-1 expires on 2026-12-06')).toBeVisible();
    expect(screen.getByText('Schedule certificates; waits, since sentinel-2 does not work')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Open the operation' })).toHaveAttribute(
      'href',
      '/operations/op_7',
    );
  });

  it('that cannot be done now say why', async () => {
    serve({
      ...known,
      'GET /api/infrastructure/redis/res_1': () => ({
        body: server({ spec: { ...server().spec, power: 'off' }, state: 'stopped' }),
      }),
    });
    show(<ClusterPage />, page('nodes'));
    await userEvent.click(await screen.findByRole('button', { name: 'Actions' }));
    expect(screen.getByRole('menuitem', { name: 'Upgrade' })).toHaveAttribute('aria-disabled', 'true');
    expect(screen.getByRole('menuitem', { name: 'Start' })).not.toHaveAttribute('aria-disabled', 'true');
  });
});
