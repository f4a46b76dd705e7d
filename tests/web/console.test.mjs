// The console in a real browser, before the real server, which makes real machines.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { eventually, Lab, openBrowser, openTab, violations } from './lab.mjs';

const run = promisify(execFile);

const hostile = '<img src=x onerror="alert(1)"> \u202Eأبجد 💥';

let lab;
let browser;
let page;

before(async () => {
  lab = await Lab.start();
  browser = await openBrowser();
  page = await openTab(browser, lab);
});

after(async () => {
  await browser?.close();
  await lab?.stop();
});

/** What a command says to whoever types these lines. */
async function typed(command, cwd, lines) {
  const child = spawn('/bin/bash', ['-c', command], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
  const timer = setTimeout(() => child.kill(), 30_000);
  child.stdin.end(lines);
  let said = '';
  for await (const some of child.stdout) said += some;
  clearTimeout(timer);
  return said;
}

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(tab, element) {
  const isThere = () => element.evaluate((found) => found === document.activeElement);
  await element.waitFor();
  for (let presses = 0; presses < 120; ++presses) {
    if (await isThere()) return;
    await tab.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${element}`);
}

async function choose(where, label, option) {
  await where.getByRole('button', { name: label }).click();
  await where.getByRole('option', { name: option }).click();
}

/** The operation that the page has come to, at its end. */
async function succeeded(tab, seconds) {
  await tab.waitForURL(/\/operations\/op_/);
  const id = tab.url().match(/op_\w+/)[0];
  const ended = await eventually(
    `operation ${id} ends`,
    async () => {
      const operation = await lab.do('operation', { identifier: id });
      return operation.final && operation;
    },
    seconds,
  );
  assert.equal(ended.state, 'succeeded', `${ended.error}`);
  await tab.getByText('Succeeded').first().waitFor({ timeout: 15_000 });
  return id;
}

async function openCluster(tab, name, section = 'overview') {
  await tab.visit('/resources');
  await tab.getByRole('link', { name, exact: true }).click();
  await tab.getByRole('heading', { level: 1, name }).waitFor();
  await tab.visit(`${new URL(tab.url()).pathname}?tab=${section}`);
  await tab.getByRole('heading', { level: 1, name }).waitFor();
  return new URL(tab.url()).pathname.split('/').at(-1);
}

describe('a cluster of twelve, from an empty console to its upgrade', () => {
  test('an empty console leads to the first cluster', async () => {
    const dark = await openTab(browser, lab, { mode: 'dark' });
    for (const tab of [dark, page]) {
      for (const [path, heading] of [
        ['/resources', 'Your first resource'],
        ['/servers', 'Your first cluster'],
      ]) {
        await tab.visit(path);
        await tab.getByRole('heading', { name: heading }).waitFor();
        assert.deepEqual(await violations(tab), []);
      }
    }
    await dark.close_all();
    await page.getByRole('button', { name: 'Create your first cluster' }).click();
    await page.waitForURL(/\/servers\/create/);
  });

  test('what is missing is said at its field', async () => {
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page.getByText(/must be 3 to 40 lower-case letters/).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid')), 'true');
  });

  test('it is created as the manual says, and survives a reload and a restart of the server', async () => {
    await page.getByLabel('Cluster name').fill('prod-redis-cluster-us-east');
    await choose(page, /^Region/, /nyc1/);
    for (let more = 0; more < 3; ++more)
      await page.getByRole('button', { name: 'Add node to replica nodes' }).click();
    await choose(page, /^Size of replica nodes/, /s-2vcpu-2gb/);
    assert.equal(
      await page.getByRole('list', { name: 'Nodes of the role replica' }).getByRole('listitem').count(),
      6,
    );
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page
      .getByText(/12 machines/)
      .first()
      .waitFor();
    await page.getByText('Nothing that works now stops meanwhile, and nobody has to do anything.').waitFor();
    await page.getByRole('button', { name: 'Deploy Cluster' }).click();
    await page.waitForURL(/\/operations\/op_/);
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const { final } = await lab.do('operation', { identifier: page.url().match(/op_\w+/)[0] });
    assert.equal(final, false, 'the deployment ended before the server was restarted: nothing was tried');
    await lab.do('restart_server');
    await succeeded(page, 300);
  });

  test('its page shows all of it at work', async () => {
    const id = await openCluster(page, 'prod-redis-cluster-us-east', 'nodes');
    assert.equal((await lab.do('observe', { identifier: id })).health, 'healthy');
    await page.reload();
    await eventually(
      '12 nodes are active',
      async () => (await page.getByText('Active', { exact: true }).count()) >= 12,
    );
    await page.getByRole('tab', { name: 'Topology' }).click();
    await eventually('12 boxes are drawn', async () => (await page.locator('.topology-node').count()) === 12);
    await eventually('6 replicas follow', async () => (await page.locator('.react-flow__edge').count()) >= 6);
    assert.deepEqual(await violations(page), []);
  });

  test('its masters are upgraded without a word of its clients', async () => {
    const id = await openCluster(page, 'prod-redis-cluster-us-east');
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Upgrade' }).click();
    await choose(page, /New size of master nodes/, /s-4vcpu-8gb/);
    await choose(page, /New size of replica nodes/, /s-4vcpu-8gb/);
    const addresses = async () =>
      (await lab.do('observe', { identifier: id })).nodes.map(({ privateAddress }) => privateAddress);
    const before = await addresses();
    // New machines would have other addresses, and the plan says which end.
    await page.getByText('Replace the machines').click();
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page.getByText('Addresses that change').waitFor({ timeout: 60_000 });
    await page.getByText(`${before[0]}:6379`).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByText('Resize the machines').click();
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page
      .getByText(/9 machines to resize/)
      .first()
      .waitFor({ timeout: 60_000 });
    assert.equal(await page.getByText('Addresses that change').count(), 0);
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Upgrade cluster' }).click();
    await succeeded(page, 540);
    const { nodes } = await lab.do('observe', { identifier: id });
    const sizes = nodes
      .filter(({ declaredRole }) => declaredRole !== 'sentinel')
      .map(({ machineSize }) => machineSize);
    assert.deepEqual([...new Set(sizes)], ['s-4vcpu-8gb']);
    assert.deepEqual(await addresses(), before);
  });

  test('it is deleted by whoever types its name', async () => {
    await openCluster(page, 'prod-redis-cluster-us-east');
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    const go = dialog.getByRole('button', { name: 'Delete cluster' });
    await dialog.getByText(/stops for all its clients/).waitFor({ timeout: 60_000 });
    assert.equal(await go.isDisabled(), true);
    await dialog.getByRole('textbox').fill('prod-redis-cluster-us-east');
    await go.click();
    await succeeded(page, 120);
    assert.deepEqual(await lab.do('droplets'), []);
  });
});

describe('a small cluster', () => {
  let id;
  before(async () => {
    id = await lab.do('deploy', { name: 'small' });
  });

  test('two tabs that edit it: nothing is lost', async () => {
    const other = await openTab(browser, lab);
    await page.visit(`/servers/update/${id}`);
    await page.getByRole('radio', { name: 'None' }).check();
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page.getByRole('button', { name: 'Update cluster' }).waitFor({ timeout: 60_000 });

    await other.visit(`/servers/update/${id}`);
    await other.getByRole('button', { name: 'Add target cluster' }).click();
    await other.getByLabel('Target clusters, target cluster 1').fill('from-the-other-tab');
    await other.getByRole('button', { name: 'Review plan' }).click();
    await other.getByRole('button', { name: 'Update cluster' }).click({ timeout: 60_000 });
    await succeeded(other, 120);
    await other.close_all();

    await page.getByRole('button', { name: 'Update cluster' }).click();
    await page.getByText('Somebody else changed this cluster meanwhile').waitFor();
    await page
      .getByText(/from-the-other-tab/)
      .first()
      .waitFor();
    assert.equal(await page.getByRole('radio', { name: 'None' }).isChecked(), true);
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Put my changes on top of theirs' }).click();
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page.getByRole('button', { name: 'Update cluster' }).click({ timeout: 60_000 });
    await succeeded(page, 120);
    await page.visit(`/servers/update/${id}`);
    assert.equal(await page.getByRole('radio', { name: 'None' }).isChecked(), true);
    assert.equal(
      await page.getByLabel('Target clusters, target cluster 1').inputValue(),
      'from-the-other-tab',
    );
  });

  test('a node that failed is shown, and repaired by an update', async () => {
    const name = (await lab.do('droplets')).find((one) => one.includes('replica-1'));
    await lab.do('destroy_droplet', { name });
    await page.visit(`/servers/${id}?tab=nodes`);
    await page.getByRole('button', { name: 'Look at the machines now' }).click();
    await page.getByText('The cluster is degraded').waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: /Configuration/ }).click();
    await page.getByText(/an update makes a new one/).waitFor();
    await page.visit(`/servers/update/${id}`);
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page.getByRole('button', { name: 'Update cluster' }).click({ timeout: 60_000 });
    await succeeded(page, 240);
    assert.equal((await lab.do('observe', { identifier: id })).health, 'healthy');
  });

  test('what weakens it is carried out only by whoever types its name', async () => {
    await page.visit(`/servers/update/${id}`);
    await page.getByRole('checkbox', { name: 'Enable TLS' }).uncheck();
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page.getByText('This destroys or weakens something').waitFor({ timeout: 60_000 });
    await page.getByText(/travel in the clear/).first().waitFor();
    assert.equal(await page.getByText('nobody has to do anything').count(), 0);
    const go = page.getByRole('button', { name: 'Update cluster' });
    assert.equal(await go.getAttribute('aria-disabled'), 'true');
    const name = page.getByRole('textbox', { name: 'To confirm, type small' });
    await name.fill('smal');
    assert.equal(await go.getAttribute('aria-disabled'), 'true');
    await name.fill('small');
    assert.notEqual(await go.getAttribute('aria-disabled'), 'true');
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Back' }).click();
  });

  test('a name that is taken is refused before a plan is shown', async () => {
    await page.visit('/servers/create');
    await page.getByLabel('Cluster name').fill('small');
    await choose(page, /^Region/, /nyc1/);
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page.getByText(/'small' is taken by res_/).waitFor({ timeout: 60_000 });
    assert.equal(await page.getByRole('button', { name: 'Deploy Cluster' }).count(), 0);
    assert.deepEqual(await violations(page), []);
  });

  test('the lead is handed to a named replica', async () => {
    await page.visit(`/servers/${id}`);
    await page.getByRole('button', { name: 'Actions' }).click();
    await page.getByRole('menuitem', { name: 'Switch over' }).click();
    const dialog = page.getByRole('dialog');
    await choose(page, /^New master/, 'replica-2');
    await dialog
      .getByText(/to replica-2/)
      .first()
      .waitFor({ timeout: 60_000 });
    assert.deepEqual(await violations(page), []);
    await dialog.getByRole('button', { name: 'Switch over' }).click();
    await succeeded(page, 120);
    const { groups } = await lab.do('observe', { identifier: id });
    assert.equal(groups[0].master, 'replica-2');
  });

  test('secrets are fetched when asked for, masked until asked again, and with the page’s own code they connect', async () => {
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.visit(`/servers/${id}?tab=connect`);
    await page.getByText('GET-MASTER-ADDR-BY-NAME').first().waitFor();
    assert.equal(
      asked.some((url) => url.includes('credentials')),
      false,
    );
    await page.getByRole('button', { name: 'Fetch credentials' }).click();
    await page.getByRole('button', { name: 'Show secrets' }).waitFor();
    const masked = await page.locator('code.secret').allTextContents();
    assert.ok(masked.includes('••••••••••••'));
    await page.getByRole('button', { name: 'Show secrets' }).click();
    const shown = await page.locator('code.secret').allTextContents();
    assert.ok(shown.every((text) => !text.includes('•')) && shown.some((text) => text.length >= 12));
    const [, password] = shown;
    const folder = await mkdtemp(join(tmpdir(), 'ashlar-console-'));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save as ca.crt' }).click(),
    ]);
    await download.saveAs(join(folder, 'ca.crt'));
    await page.getByRole('tab', { name: 'redis-py' }).click();
    const program = await page.getByLabel('Code for redis-py', { exact: true }).innerText();
    const { stdout } = await run('/usr/bin/python3', ['-c', program], {
      cwd: folder,
      env: { ...process.env, REDIS_PASSWORD: password },
      timeout: 30_000,
    });
    assert.equal(stdout.trim(), 'True', 'the code that the page gives does not connect');
    await page.getByRole('tab', { name: 'redis-cli' }).click();
    const commands = (await page.getByLabel('Code for redis-cli', { exact: true }).innerText())
      .split('\n')
      .filter((line) => line.startsWith('redis-cli '));
    assert.equal(commands.length, 2);
    const [sentinels, master] = await Promise.all(
      commands.map((command) => typed(command, folder, `${password}\nPING\n`)),
    );
    assert.match(sentinels, /^\d+\.\d+\.\d+\.\d+\n6379$/m);
    assert.match(master, /PONG/);
    await page.getByRole('tab', { name: 'ioredis' }).click();
    const module = join(folder, 'program.mjs');
    await writeFile(module, await page.getByLabel('Code for ioredis', { exact: true }).innerText());
    // Debian has no ioredis to run it with.
    await run(process.execPath, ['--check', module]);
    await rm(folder, { recursive: true });
    await page.getByRole('button', { name: 'Forget' }).click();
    assert.equal(await page.locator('code.secret').count(), 0);
  });

  test('hostile words of a provider are text everywhere', async () => {
    await lab.do('add_fault', {
      fault: { method: 'POST', path: '/v2/droplets', status: 422, message: hostile },
    });
    await page.visit(`/servers/update/${id}`);
    await page.getByRole('button', { name: 'Add node to replica nodes' }).click();
    await page.getByRole('button', { name: 'Review plan' }).click();
    await page.getByRole('button', { name: 'Update cluster' }).click({ timeout: 60_000 });
    await page.waitForURL(/\/operations\/op_/);
    await page.getByText(hostile).first().waitFor({ timeout: 60_000 });
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.deepEqual(await violations(page), []);
    await page.visit(`/servers/${id}?tab=activity`);
    await page.getByText(hostile).first().waitFor();
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    await lab.do('clear_faults');
  });
});

const sections = [
  'overview',
  'topology',
  'nodes',
  'metrics',
  'connect',
  'certificates',
  'configuration',
  'activity',
];

test('no page has a violation of impact serious or worse, in light and in dark', async () => {
  const id = await lab.do('deploy_single', { name: 'alone' });
  const pages = [
    '/resources',
    '/servers',
    '/servers/create',
    `/servers/update/${id}`,
    `/servers/upgrade/${id}`,
    `/servers/downgrade/${id}`,
    ...sections.map((tab) => `/servers/${id}?tab=${tab}`),
    '/operations',
    '/regions',
    '/settings',
    '/no-permission',
    '/nowhere',
  ];
  for (const mode of ['light', 'dark']) {
    const tab = await openTab(browser, lab, { mode });
    for (const path of pages) {
      await tab.visit(path);
      await tab.getByRole('heading', { level: 1 }).waitFor();
      await tab.waitForLoadState('networkidle').catch(() => undefined);
      assert.deepEqual(await violations(tab), [], `${path} in ${mode}`);
    }
    assert.deepEqual(tab.complaints, []);
    await tab.close_all();
  }
});

test('who may only look is told so, and is out as soon as the token is revoked', async () => {
  const answer = await fetch(`${lab.url}/api/tokens`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${lab.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: hostile, permissions: ['servers:read', 'operations:read'] }),
  });
  assert.equal(answer.status, 201);
  const { token } = await answer.json();
  for (const mode of ['light', 'dark']) {
    const tab = await openTab(browser, lab, { mode, token });
    await tab.visit('/servers/create');
    await tab.getByRole('heading', { name: 'No permission' }).waitFor();
    await tab.getByText('servers:create').first().waitFor();
    await tab.getByRole('main').getByText(hostile).first().waitFor();
    assert.deepEqual(await violations(tab), []);
    if (mode === 'light') {
      await tab.close_all();
      continue;
    }
    await page.visit('/settings');
    await page.getByRole('button', { name: `Revoke ${hostile}` }).click();
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'Revoke token' }).click();
    await eventually('it is gone', async () => (await page.getByText(hostile).count()) === 0);
    await tab.visit('/operations');
    await tab.waitForURL(/\/sign-in/);
    await tab.close_all();
  }
});

test('a cluster is made by keyboard alone, from signing in to its proof', async () => {
  const tab = await openTab(browser, lab);
  await tab.context().clearCookies();
  await tab.visit('/servers');
  await tab.waitForURL(/\/sign-in/);
  await tab.getByLabel(/token/i).first().waitFor();
  await tab.keyboard.type(lab.token);
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/\/servers$/);

  await tabTo(tab, tab.getByRole('link', { name: 'Skip to the page' }));
  await tab.keyboard.press('Enter');
  await tabTo(tab, tab.getByRole('button', { name: 'Create' }));
  await tab.keyboard.press('Enter');
  await tab.waitForURL(/\/servers\/create/);
  await tabTo(tab, tab.getByLabel('Cluster name'));
  await tab.keyboard.type('by-keyboard');
  await tabTo(tab, tab.getByRole('radio', { name: /Sentinel/ }));
  await tab.keyboard.press('ArrowRight');
  assert.equal(await tab.getByRole('radio', { name: /Single/ }).isChecked(), true);
  await tabTo(tab, tab.getByRole('button', { name: /^Region/ }));
  await tab.keyboard.press('Enter');
  await tab.getByRole('option').first().waitFor();
  await tab.keyboard.press('ArrowDown');
  await tab.keyboard.press('Enter');
  await tabTo(tab, tab.getByRole('button', { name: 'Review plan' }));
  await tab.keyboard.press('Enter');
  await tabTo(tab, tab.getByRole('button', { name: 'Deploy Cluster' }));
  await tab.keyboard.press('Enter');
  await succeeded(tab, 240);

  const phase = tab.getByRole('button', { name: /Finalizing cluster configuration/ });
  await tabTo(tab, phase);
  const isOpen = () => phase.getAttribute('aria-expanded');
  const before = await isOpen();
  await tab.keyboard.press('Enter');
  assert.notEqual(await isOpen(), before);
  assert.deepEqual(tab.complaints, []);
  await tab.close_all();
});

test('no page complained meanwhile', () => {
  assert.deepEqual(page.complaints, []);
});
