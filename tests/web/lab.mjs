// A browser before a real server with real machines: what every test of the console begins with.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

const program = fileURLToPath(new URL('lab.py', import.meta.url));

/** The server and its cloud; `lab.do('restart_server')` calls what lab.py has under that name. */
export class Lab {
  static async start() {
    const lab = new Lab();
    lab.child = spawn('/usr/bin/python3', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    lab.ended = new Promise((resolve) => lab.child.once('exit', resolve));
    lab.answers = createInterface({ input: lab.child.stdout })[Symbol.asyncIterator]();
    lab.turn = Promise.resolve();
    Object.assign(lab, await lab.answer());
    lab.base = process.env.ASHLAR_CONSOLE_DEV ? await lab.serveSources() : lab.url;
    return lab;
  }

  /** With ASHLAR_CONSOLE_DEV the sources themselves, by Vite: for whoever works on the console and its tests. */
  async serveSources() {
    const web = fileURLToPath(new URL('../../web', import.meta.url));
    const arguments_ = [
      'node_modules/vite/bin/vite.js',
      '--host',
      '127.0.0.1',
      '--port',
      '5198',
      '--strictPort',
    ];
    this.vite = spawn(process.execPath, arguments_, {
      cwd: web,
      env: { ...process.env, ASHLAR_SERVER: this.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: this.vite.stdout })) if (line.includes('Local')) break;
    return 'http://127.0.0.1:5198';
  }

  /** One request after the other: the answers come in the order of the questions. */
  do(name, given = {}) {
    const asked = this.turn.then(() => {
      this.child.stdin.write(`${JSON.stringify({ do: name, ...given })}\n`);
      return this.answer();
    });
    this.turn = asked.catch(() => undefined);
    return asked;
  }

  async answer() {
    const { value, done } = await this.answers.next();
    if (done) throw new Error('the server of the test has ended; what it said is above');
    const answer = JSON.parse(value);
    if (answer.failed !== undefined) throw new Error(answer.failed);
    return answer.ok;
  }

  async stop() {
    this.vite?.kill();
    this.child.stdin.end();
    await this.ended;
  }
}

/** Debian's Chromium. As root, which machines need, it has no sandbox; it only visits our own pages. */
export function openBrowser() {
  return chromium.launch({
    executablePath: process.env.ASHLAR_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  });
}

/**
 * A tab that is signed in. Whatever the page throws, and whatever its policy refuses, fails the test: see
 * `complaints`.
 */
export async function openTab(
  browser,
  lab,
  { mode = 'light', width = 1440, height = 900, token = lab.token } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: mode,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy|Failed prop|Warning:/.test(message.text())) complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(`${lab.base}/sign-in`);
  await page.getByLabel(/token/i).first().fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/resources/);
  // The next page may be asked for as soon as this one is there.
  await page.getByRole('heading', { level: 1 }).waitFor();
  return Object.assign(page, {
    complaints,
    visit: (path) => page.goto(lab.base + path),
    close_all: () => context.close(),
  });
}

/** What axe finds of impact serious or worse, in words. */
export async function violations(page) {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(' ')}: ${failureSummary}`),
    );
}

/** Asks until it holds; says what was waited for when it does not. */
export async function eventually(what, condition, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      last = await condition();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`not within ${seconds} s: ${what} (last: ${last})`);
}
