// Every page and dialog of the console with real data, light and dark, wide and narrow, as pictures to be looked at:
// node screenshots.mjs FOLDER [PART OF A NAME...]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Lab, openBrowser, openTab } from './lab.mjs';

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('where to put the pictures? node screenshots.mjs FOLDER');

const button = (page, name) => page.getByRole('button', { name, exact: true });

async function choose(page, label, option) {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option }).click();
}

const action = (name) => async (page) => {
  await button(page, 'Actions').click();
  await page.getByRole('menuitem', { name }).click();
  await page
    .getByRole('dialog')
    .getByText(/Expected time|Nothing to do/)
    .first()
    .waitFor({ timeout: 60_000 });
};

/** Where there is little room, the two ways to edit are a list to choose from. */
async function showYaml(page) {
  if (await button(page, 'YAML').isVisible()) return button(page, 'YAML').click();
  return choose(page, /How to edit the cluster/, 'YAML');
}

async function reviewCreate(page) {
  await page.getByLabel('Cluster name').fill('stage-redis');
  await choose(page, /^Region/, /nyc1/);
  await button(page, 'Review plan').click();
  await button(page, 'Deploy Cluster').waitFor();
}

/** Somebody else changes the cluster between this page's plan and its acceptance. */
const meet = (lab, id) => async (page) => {
  await page.getByRole('radio', { name: 'Replace' }).check();
  await button(page, 'Review plan').click();
  await button(page, 'Update cluster').waitFor({ timeout: 60_000 });
  await lab.do('patch', {
    identifier: id,
    body: { targetClusters: [`changed-${Date.now()}`] },
  });
  await button(page, 'Update cluster').click();
  await page.getByText('Somebody else changed this cluster meanwhile').waitFor();
};

async function chooseInList(page, name) {
  await page.getByRole('radio', { name }).check();
  await button(page, 'Actions').click();
}

const listAction = (cluster, name) => async (page) => {
  await chooseInList(page, cluster);
  await page.getByRole('menuitem', { name }).click();
  await page.getByRole('dialog').getByText('Expected time').waitFor({ timeout: 60_000 });
};

const snippet = (client) => async (page) => {
  await page.getByRole('tab', { name: client }).click();
  await page.getByLabel(`Code for ${client}`, { exact: true }).waitFor();
};

/** Beside the page where there is room, and open from the beginning; over it where there is little. */
async function showNavigation(page) {
  const open = page.getByRole('button', { name: 'Open the list of pages' });
  if (await open.isVisible()) await open.click();
}

const tab = (name, id, section, act) => ({ name, path: `/servers/${id}?tab=${section}`, act });

async function makeToken(page, made) {
  await button(page, 'Create token').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('viewer');
  await dialog.getByRole('button', { name: /Permissions/ }).click();
  await page.getByRole('option', { name: /servers:read/ }).click();
  await page.keyboard.press('Escape');
  if (!made) return;
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await dialog.getByText('never again').waitFor();
}

/** A deployment goes on for so long only as a machine is waited for: two minutes. */
function scenesUnderWay(running) {
  return [
    {
      name: 'dialog-operation',
      path: '/servers',
      act: async (page) => {
        await page.getByRole('link', { name: /^Deploy.*steps done/ }).click();
        await page.getByRole('dialog').getByText('Elapsed of expected').waitFor();
      },
      dialog: true,
    },
    tab('cluster-deploying', running.cluster, 'topology'),
    { name: 'operation-running', path: `/operations/${running.operation}` },
    {
      name: 'dialog-cancel',
      path: `/operations/${running.operation}`,
      act: async (page) => {
        await button(page, 'Cancel').click();
        await page.getByRole('dialog').getByText('Cancel and undo').waitFor();
      },
      dialog: true,
    },
  ];
}

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

function scenesOf(lab, { prod, single, stopped, failed, done }) {
  const tab = (name, id, section, act) => ({
    name,
    path: `/servers/${id}?tab=${section}`,
    act,
  });
  return [
    { name: 'resources', path: '/resources' },
    { name: 'servers', path: '/servers' },
    { name: 'navigation', path: '/servers', act: showNavigation, dialog: true },
    {
      name: 'servers-chosen',
      path: '/servers',
      act: (page) => chooseInList(page, 'prod-redis-us-east'),
      dialog: true,
    },
    {
      name: 'servers-none-matches',
      path: '/servers',
      act: async (page) => {
        await page.getByRole('combobox', { name: 'Find clusters' }).fill('nothing-is-called-so');
        await page.keyboard.press('Enter');
        await page.getByText('No cluster matches.').waitFor();
        await button(page, 'Show all').click({ trial: true });
      },
    },
    {
      name: 'dialog-view',
      path: '/servers',
      act: (page) => button(page, 'View: columns and rows').click(),
      dialog: true,
    },
    {
      name: 'dialog-start',
      path: '/servers',
      act: listAction('qa-redis', 'Start'),
      dialog: true,
    },
    { name: 'create', path: '/servers/create' },
    {
      name: 'create-single',
      path: '/servers/create',
      act: (page) => page.getByRole('radio', { name: /single/i }).check(),
    },
    { name: 'create-yaml', path: '/servers/create', act: showYaml },
    {
      name: 'create-faults',
      path: '/servers/create',
      act: async (page) => {
        await button(page, 'Review plan').click();
        await page.getByText(/must be 3 to 40/).waitFor();
      },
    },
    { name: 'create-plan', path: '/servers/create', act: reviewCreate },
    {
      name: 'create-yaml-faults',
      path: '/servers/create',
      act: async (page) => {
        await showYaml(page);
        const text = page.getByRole('textbox', { name: 'The cluster as YAML' });
        await text.fill((await text.inputValue()).replace('count: 3', 'cuont: 3').replace('true', 'perhaps'));
      },
    },
    { name: 'update', path: `/servers/update/${prod}` },
    {
      name: 'update-plan',
      path: `/servers/update/${prod}`,
      act: async (page) => {
        await button(page, 'Add node to replica nodes').click();
        await button(page, 'Review plan').click();
        await button(page, 'Update cluster').waitFor({ timeout: 60_000 });
      },
    },
    {
      name: 'update-meeting',
      path: `/servers/update/${single}`,
      act: meet(lab, single),
    },
    { name: 'upgrade', path: `/servers/upgrade/${prod}` },
    {
      name: 'upgrade-plan',
      path: `/servers/upgrade/${prod}`,
      act: async (page) => {
        await choose(page, /New size of master nodes/, /s-4vcpu-8gb/);
        await button(page, 'Review plan').click();
        await button(page, 'Upgrade cluster').waitFor({ timeout: 60_000 });
      },
    },
    { name: 'downgrade', path: `/servers/downgrade/${prod}` },
    ...sections.map((section) => tab(`cluster-${section}`, prod, section)),
    tab('cluster-credentials', prod, 'connect', async (page) => {
      await button(page, 'Fetch credentials').click();
      await button(page, 'Show secrets').waitFor();
    }),
    ...['ioredis', 'redis-py', 'go-redis'].map((client) =>
      tab(`cluster-${client}`, prod, 'connect', snippet(client)),
    ),
    tab('cluster-stopped', stopped, 'overview'),
    tab('cluster-degraded', failed.cluster, 'nodes'),
    tab('cluster-degraded-topology', failed.cluster, 'topology'),
    tab('cluster-degraded-drift', failed.cluster, 'configuration'),
    tab('single', single, 'topology'),
    {
      ...tab('menu-actions', prod, 'topology', (page) => button(page, 'Actions').click()),
      dialog: true,
    },
    {
      ...tab('dialog-switchover', prod, 'topology', action('Switch over')),
      dialog: true,
    },
    {
      ...tab('dialog-rotate', prod, 'topology', action('Rotate passwords or certificates')),
      dialog: true,
    },
    { ...tab('dialog-stop', prod, 'topology', action('Stop')), dialog: true },
    {
      ...tab('dialog-delete', prod, 'topology', action('Delete')),
      dialog: true,
    },
    {
      ...tab('dialog-delete-typed', single, 'topology', async (page) => {
        await action('Delete')(page);
        await page.getByRole('dialog').getByRole('textbox').fill('dev-redis');
      }),
      dialog: true,
    },
    {
      ...tab('dialog-heal', failed.cluster, 'topology', action('Heal')),
      dialog: true,
    },
    { name: 'operations', path: '/operations' },
    { name: 'operation-done', path: `/operations/${done}` },
    { name: 'operation-failed', path: `/operations/${failed.operation}` },
    { name: 'regions', path: '/regions' },
    { name: 'settings', path: '/settings' },
    { name: 'dialog-token', path: '/settings', act: (page) => makeToken(page, false), dialog: true },
    { name: 'dialog-token-made', path: '/settings', act: (page) => makeToken(page, true), dialog: true },
    {
      name: 'dialog-revoke',
      path: '/settings',
      act: (page) => page.getByRole('button', { name: 'Revoke viewer' }).first().click(),
      dialog: true,
    },
    { name: 'no-permission', path: '/no-permission' },
    { name: 'not-found', path: '/nowhere' },
    {
      name: 'not-found-cluster',
      path: '/servers/res_00000000000000000000000000',
    },
    {
      name: 'not-found-operation',
      path: '/operations/op_00000000000000000000000000',
    },
  ];
}

/** A cluster at work under load, one that lost a node and whose last update failed, one that is stopped, one alone. */
async function furnish(lab) {
  const prod = await lab.do('deploy', {
    name: 'prod-redis-us-east',
    masters: 3,
    replicas: 6,
    sentinels: 3,
  });
  const single = await lab.do('deploy_single', { name: 'dev-redis' });
  const cluster = await lab.do('deploy', { name: 'stage-redis-eu' });
  const droplet = (await lab.do('droplets')).find((name) => name.startsWith('stage-redis-eu-replica-1'));
  await lab.do('destroy_droplet', { name: droplet });
  await lab.do('observe', { identifier: cluster });
  const operation = await lab.do('failed_update', { identifier: cluster });
  await lab.do('begin_load', { identifier: prod });
  const done = await lab.do('last_operation', { identifier: prod });
  const stopped = await lab.do('deploy_single', { name: 'qa-redis' });
  await lab.do('stop_cluster', { identifier: stopped });
  return { prod, single, stopped, done, failed: { cluster, operation } };
}

async function take(lab, browser, scenes, mode, width) {
  const tab = await openTab(browser, lab, { mode, width });
  for (const { name, path, act, dialog = false } of scenes) {
    const picture = join(folder, `${name}-${mode}-${width}.png`);
    try {
      // What one scene leaves behind (a filter, say) is not part of the next.
      await tab.evaluate(() => localStorage.clear());
      await tab.visit(path);
      await tab.getByRole('heading', { level: 1 }).waitFor();
      await act?.(tab);
      // What is loaded last (pictures' libraries, charts) and animations.
      await tab.waitForTimeout(1500);
      if (!dialog) await tab.evaluate(() => window.scrollTo(0, 0));
      await tab.screenshot({
        path: picture,
        fullPage: !dialog,
        timeout: 60_000,
      });
      console.log(picture);
      const beyond = await tab.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (beyond > 0) throw new Error(`the page is ${beyond} px wider than the window`);
    } catch (error) {
      process.exitCode = 1;
      console.log(`✗ ${picture}: ${String(error).split('\n')[0]}`);
      await tab.screenshot({ path: picture.replace('.png', '-failed.png') }).catch(() => undefined);
    }
  }
  for (const complaint of tab.complaints) console.log(`✗ ${mode} ${width}: ${complaint}`);
  if (tab.complaints.length > 0) process.exitCode = 1;
  await tab.close_all();
}

async function takeSignIn(lab, browser, mode, width) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: mode,
  });
  const page = await context.newPage();
  await page.goto(`${lab.base}/sign-in`);
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(folder, `sign-in-${mode}-${width}.png`) });
  await page.getByLabel(/token/i).first().fill('not-a-token');
  await button(page, 'Sign in').click();
  await page.getByText('The token is not valid.').waitFor();
  await page.screenshot({
    path: join(folder, `sign-in-refused-${mode}-${width}.png`),
  });
  await context.close();
}

/** Of a deployment that has just begun, which is taken back afterwards. */
async function takeUnderWay(lab, browser, isWanted, mode, width) {
  if (!scenesUnderWay({}).some(isWanted)) return;
  const running = await lab.do('begin_deploy', { name: 'orders-redis' });
  await take(lab, browser, scenesUnderWay(running).filter(isWanted), mode, width);
  await lab.do('clear_faults');
  await lab.do('cancel', { identifier: running.operation });
}

const lab = await Lab.start();
let browser;
try {
  await mkdir(folder, { recursive: true });
  browser = await openBrowser();
  const empty = [
    { name: 'resources-empty', path: '/resources' },
    { name: 'servers-empty', path: '/servers' },
  ];
  const looks = ['light', 'dark'].flatMap((mode) => [1440, 390].map((width) => [mode, width]));
  for (const look of looks) await take(lab, browser, empty, ...look);
  const isWanted = ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part));
  const scenes = scenesOf(lab, await furnish(lab)).filter(isWanted);
  for (const look of looks) {
    await takeSignIn(lab, browser, ...look);
    await takeUnderWay(lab, browser, isWanted, ...look);
    await take(lab, browser, scenes, ...look);
  }
} finally {
  await browser?.close();
  await lab.stop();
}
