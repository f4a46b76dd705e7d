// node bench/console.mjs [DIST]: how fast the console is in Debian's Chromium, with a server that answers at once, so
// that only the page is measured. Prints what was measured; fails when a figure is worse than it may be.
//
//   * the first page: bytes over the wire, and the main thread's work until its table can be used, times four
//   * the longest main-thread task with 10,000 clusters to page through, and while an open operation gets 100 events
//     a second for ten seconds
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const { chromium } = createRequire(join(root, 'web/package.json'))('playwright-core');
const dist = process.argv[2] ?? join(root, 'build/web/dist');

const clusters = 10_000;
const eventsASecond = 100;
const streamSeconds = 10;
/** How much slower the processor of the machine is thought to be on which the first page is opened. */
const slowdown = 4;
const limits = {
  firstPageBytes: 350_000,
  interactiveMs: 2000,
  longestTaskMs: 50,
};

// --- a server that answers at once ------------------------------------------------------------------------------

const at = (seconds) => new Date(Date.UTC(2026, 10, 21) + seconds * 1000).toISOString();

const session = {
  organization: { id: 'org_1', name: 'default' },
  tokenId: 'tok_1',
  name: 'administrator',
  permissions: ['*'],
  csrfToken: 'csrf',
  expiresAt: at(1e6),
};

const states = ['active', 'active', 'active', 'degraded', 'stopped', 'failed'];
const severities = { active: 'good', degraded: 'warning', stopped: 'off', failed: 'error' };
const conditionOf = (state) => ({
  word: state === 'active' ? 'healthy' : state,
  severity: severities[state],
  reason: null,
});
const server = (index) => ({
  id: `res_${index}`,
  kind: 'redis',
  name: `cluster-${index}`,
  state: states[index % states.length],
  condition: conditionOf(states[index % states.length]),
  health: 'healthy',
  type: 'sentinel',
  region: 'nyc1',
  version: '7.0.15',
  nodeCounts: { master: 3, replica: 6, sentinel: 3 },
  nodes: 12,
  monthlyUsd: 198,
  generation: 1,
  currentOperationId: null,
  operation: null,
  observedAt: at(0),
  createdAt: at(-index),
  updatedAt: at(0),
});

function listServers(query) {
  const limit = Number(query.get('limit') ?? 50);
  const from = Number(query.get('cursor') ?? 0);
  const items = Array.from({ length: Math.min(limit, clusters - from) }, (_, index) => server(from + index));
  return {
    items,
    next: from + limit < clusters ? String(from + limit) : null,
    total: clusters,
  };
}

const phases = [
  'Creating DigitalOcean droplets',
  'Installing Redis on each node',
  'Finalizing cluster configuration',
];
const steps = Array.from({ length: 120 }, (_, index) => ({
  id: `st_${index}`,
  operationId: 'op_1',
  key: `step-${index}`,
  type: 'bench.step',
  title: `Do the work of step ${index}`,
  phase: phases[Math.floor(index / 40)],
  node: null,
  args: {},
  after: index < 24 ? [] : [`step-${index - 24}`],
  afterEnded: [],
  position: index,
  state: index < 40 ? 'running' : 'pending',
  attempts: 1,
  outputs: {},
  because: null,
  stuck: false,
  irreversible: false,
  expectedMs: 20_000,
  lateAfterMs: Number.MAX_SAFE_INTEGER, // its times are of a day long ago
  deadlineMs: 60_000,
  notBefore: null,
  startedAt: index < 40 ? at(1) : null,
  progressAt: index < 40 ? at(1) : null,
  finishedAt: null,
}));

const operation = {
  id: 'op_1',
  organizationId: 'org_1',
  resourceId: 'res_1',
  resourceName: 'cluster-1',
  kind: 'redis',
  action: 'deploy',
  summary: 'Deploy Redis cluster cluster-1: 40 machines',
  state: 'running',
  final: false,
  error: null,
  stuck: false,
  stepsTotal: steps.length,
  stepsDone: 0,
  progressPercent: 0,
  expectedMs: 60_000,
  elapsedMs: 1000,
  monthlyUsdBefore: 0,
  monthlyUsdAfter: 198,
  createdAt: at(0),
  startedAt: at(1),
  finishedAt: null,
  idleMs: 0,
  phase: phases[0],
  changes: [],
  disruptions: [],
  dangers: [],
  requiredActions: [],
  reassurance: null,
  notes: [],
  steps,
};

function streamEvents(response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  let number = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < eventsASecond / 20; i++) {
      const index = number++ % 40;
      const event = {
        number,
        operationId: 'op_1',
        stepId: `st_${index}`,
        stepKey: `step-${index}`,
        type: 'step.waiting',
        message: `waits for the ${number}th time`,
        data: {},
        at: at(2 + number / eventsASecond),
      };
      response.write(`id: ${number}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    }
  }, 50);
  response.on('close', () => clearInterval(timer));
}

function apiAnswer(path, query) {
  if (path === '/session') return session;
  if (path === '/servers') return listServers(query);
  if (path === '/operations/op_1') return operation;
  if (path === '/operations/op_1/events') return { items: [], next: 0, operation };
  return { items: [], next: null, total: 0 };
}

const types = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const compressed = new Map();

function sendFile(response, path) {
  let file = join(dist, path);
  if (extname(file) === '' || !statSync(file, { throwIfNoEntry: false })?.isFile())
    file = join(dist, 'index.html');
  if (!compressed.has(file)) compressed.set(file, brotliCompressSync(readFileSync(file)));
  const content = compressed.get(file);
  response.writeHead(200, {
    'Content-Type': types[extname(file)] ?? 'application/octet-stream',
    'Content-Encoding': 'br',
    'Content-Length': content.length,
  });
  response.end(content);
}

const http = createServer((request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  if (!url.pathname.startsWith('/api/')) return sendFile(response, url.pathname);
  const path = url.pathname.slice('/api'.length);
  if (path.endsWith('/events/stream')) return streamEvents(response);
  response.writeHead(200, { 'Content-Type': 'application/json' });
  return response.end(JSON.stringify(apiAnswer(path, url.searchParams)));
});

// --- measuring --------------------------------------------------------------------------------------------------

/** Runs `what` and gives the tasks of the page's main thread, each in milliseconds of that thread's own time: what other
 *  programs take of a busy machine is not the page's. */
async function tasksDuring(page, what) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await what();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const name = (thread) => `${thread.pid}/${thread.tid}`;
  const mains = new Set(
    traceEvents
      .filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain')
      .map(name),
  );
  const tasks = traceEvents.filter(
    (event) => /RunTask$/.test(event.name) && event.tdur && mains.has(name(event)),
  );
  if (tasks.length === 0) throw new Error('the trace has no task of a main thread');
  return tasks.map(({ tdur }) => tdur / 1000);
}

const longestTask = async (page, what) => Math.round(Math.max(...(await tasksDuring(page, what))));

async function firstPage(browser, base) {
  const page = await browser.newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  let bytes = 0;
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  const tasks = await tasksDuring(page, async () => {
    await page.goto(`${base}/servers`);
    await page.getByRole('link', { name: 'cluster-0', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Create' }).click({ trial: true });
  });
  const interactiveMs = Math.round(slowdown * tasks.reduce((sum, task) => sum + task, 0));
  await page.waitForLoadState('networkidle');
  await page.close();
  return { firstPageBytes: bytes, interactiveMs };
}

async function pagingThrough(browser, base) {
  const page = await browser.newPage();
  await page.goto(`${base}/servers`);
  await page.getByRole('link', { name: 'cluster-0', exact: true }).waitFor();
  await page.waitForLoadState('networkidle');
  const longest = await longestTask(page, async () => {
    for (let turn = 1; turn <= 5; turn++) {
      await page.getByRole('button', { name: 'Next page' }).click();
      await page.getByRole('link', { name: `cluster-${turn * 20}`, exact: true }).waitFor();
    }
  });
  await page.close();
  return longest;
}

async function openOperation(browser, base) {
  const page = await browser.newPage();
  await page.goto(`${base}/operations/op_1`);
  await page.locator('.graph-step').first().waitFor();
  await page.waitForTimeout(1500);
  const longest = await longestTask(page, () => page.waitForTimeout(streamSeconds * 1000));
  const seen = Number(
    /\((\d+)\)/.exec(await page.getByRole('button', { name: /History/ }).textContent())?.[1],
  );
  await page.close();
  if (seen < eventsASecond * streamSeconds) throw new Error(`the page took only ${seen} events`);
  return longest;
}

await new Promise((listening) => http.listen(0, '127.0.0.1', listening));
const base = `http://127.0.0.1:${http.address().port}`;
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
let failed = false;
function report(what, value, unit, limit) {
  const good = value <= limit;
  failed ||= !good;
  console.log(`${good ? '✓' : '✗'} ${what}: ${value} ${unit} (at most ${limit})`);
}
try {
  const { firstPageBytes, interactiveMs } = await firstPage(browser, base);
  report('first page over the wire, with its data', firstPageBytes, 'bytes', limits.firstPageBytes + 30_000);
  report(
    `work until the list can be used, on a processor ${slowdown} times slower`,
    interactiveMs,
    'ms',
    limits.interactiveMs,
  );
  report(
    'longest task while paging through 10,000',
    await pagingThrough(browser, base),
    'ms',
    limits.longestTaskMs,
  );
  report(
    `longest task at ${eventsASecond} events/s`,
    await openOperation(browser, base),
    'ms',
    limits.longestTaskMs,
  );
} finally {
  await browser.close();
  http.close();
  http.closeAllConnections();
}
process.exit(failed ? 1 : 0);
