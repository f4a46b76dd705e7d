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
  await lab.do('patch', { identifier: id, body: { targetClusters: [`changed-${Date.now()}`] } });
  await button(page, 'Update cluster').click();
  await page.getByText('Somebody else changed this cluster meanwhile').waitFor();
};

function scenesOf(lab, { prod, single, failed, done }) {
  const tab = (name, id, section, act) => ({ name, path: `/servers/${id}?tab=${section}`, act });
  return [
    { name: 'servers', path: '/servers' },
    { name: 'create', path: '/servers/create' },
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
    { name: 'update-meeting', path: `/servers/update/${single}`, act: meet(lab, single) },
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
    ...['topology', 'nodes', 'connect', 'certificates', 'drift', 'series', 'operations', 'events'].map(
      (section) => tab(`cluster-${section}`, prod, section),
    ),
    tab('cluster-credentials', prod, 'connect', async (page) => {
      await button(page, 'Fetch credentials').click();
      await button(page, 'Show secrets').waitFor();
    }),
    tab('cluster-degraded', failed.cluster, 'nodes'),
    tab('cluster-degraded-topology', failed.cluster, 'topology'),
    tab('cluster-degraded-drift', failed.cluster, 'drift'),
    tab('single', single, 'topology'),
    { ...tab('menu-actions', prod, 'topology', (page) => button(page, 'Actions').click()), dialog: true },
    { ...tab('dialog-switchover', prod, 'topology', action('Switch over')), dialog: true },
    { ...tab('dialog-rotate', prod, 'topology', action('Rotate passwords or certificates')), dialog: true },
    { ...tab('dialog-stop', prod, 'topology', action('Stop')), dialog: true },
    { ...tab('dialog-delete', prod, 'topology', action('Delete')), dialog: true },
    { ...tab('dialog-heal', failed.cluster, 'topology', action('Heal')), dialog: true },
    { name: 'operations', path: '/operations' },
    { name: 'operation-done', path: `/operations/${done}` },
    { name: 'operation-failed', path: `/operations/${failed.operation}` },
    { name: 'regions', path: '/regions' },
    { name: 'settings', path: '/settings' },
    { name: 'no-permission', path: '/no-permission' },
    { name: 'not-found', path: '/nowhere' },
  ];
}

/** A cluster at work under load, one that lost a node, one whose last update failed. */
async function furnish(lab) {
  const prod = await lab.do('deploy', { name: 'prod-redis-us-east', masters: 3, replicas: 6, sentinels: 3 });
  const single = await lab.do('deploy_single', { name: 'dev-redis' });
  const cluster = await lab.do('deploy', { name: 'stage-redis-eu' });
  const droplet = (await lab.do('droplets')).find((name) => name.startsWith('stage-redis-eu-replica-1'));
  await lab.do('destroy_droplet', { name: droplet });
  await lab.do('observe', { identifier: cluster });
  const operation = await lab.do('failed_update', { identifier: cluster });
  await lab.do('begin_load', { identifier: prod });
  const done = await lab.do('last_operation', { identifier: prod });
  return { prod, single, done, failed: { cluster, operation } };
}

async function take(lab, browser, scenes, mode, width) {
  const tab = await openTab(browser, lab, { mode, width });
  for (const { name, path, act, dialog = false } of scenes) {
    const picture = join(folder, `${name}-${mode}-${width}.png`);
    try {
      await tab.visit(path);
      await tab.getByRole('heading', { level: 1 }).waitFor();
      await act?.(tab);
      // What is loaded last (pictures' libraries, charts) and animations.
      await tab.waitForTimeout(1500);
      if (!dialog) await tab.evaluate(() => window.scrollTo(0, 0));
      await tab.screenshot({ path: picture, fullPage: !dialog, timeout: 60_000 });
      console.log(picture);
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
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: mode });
  const page = await context.newPage();
  await page.goto(`${lab.base}/sign-in`);
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(folder, `sign-in-${mode}-${width}.png`) });
  await context.close();
}

const lab = await Lab.start();
let browser;
try {
  await mkdir(folder, { recursive: true });
  browser = await openBrowser();
  const empty = [{ name: 'servers-empty', path: '/servers' }];
  const looks = ['light', 'dark'].flatMap((mode) => [1440, 390].map((width) => [mode, width]));
  for (const look of looks) await take(lab, browser, empty, ...look);
  const scenes = scenesOf(lab, await furnish(lab)).filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  for (const look of looks) {
    await takeSignIn(lab, browser, ...look);
    await take(lab, browser, scenes, ...look);
  }
} finally {
  await browser?.close();
  await lab.stop();
}
