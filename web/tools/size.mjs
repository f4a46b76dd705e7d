// node size.mjs [DIST] [--files]: how much a page loads that is opened first, compressed as the server sends it.
// Fails above the budget.
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath, URL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const budgetBytes = 350_000;
const web = fileURLToPath(new URL('..', import.meta.url));

/** Each kind's list may be what a bookmark opens. */
const listsOfKinds = readdirSync(`${web}/src/kinds`, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => readdirSync(`${web}/src/kinds/${name}/list`).map((file) => [name, file]))
  .filter(([, file]) => file.endsWith('Page.tsx'))
  .map(([kind, file]) => `src/kinds/${kind}/list/${file}`);
const firstPages = [
  'src/pages/ResourcesPage.tsx',
  ...listsOfKinds,
  'src/pages/SignInPage.tsx',
  'src/pages/OperationPage.tsx',
];
const frame = ['index.html', 'src/app/Shell.tsx'];

const dist = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 'dist';
const manifest = JSON.parse(readFileSync(`${dist}/manifest.json`, 'utf8'));

/** A page that shares its chunk with what it loads later is in the manifest by the chunk's name alone. */
const chunkNamed = (name) =>
  Object.values(manifest).find((chunk) => chunk.name === name && chunk.file.endsWith('.js'));

/** The files that an entry needs before it can run; what it loads later, on demand, is not among them. */
function filesOf(entry, found = new Set()) {
  const chunk = manifest[entry] ?? chunkNamed(basename(entry, '.tsx'));
  if (!chunk) throw new Error(`${entry} is not in ${dist}/manifest.json; was it renamed?`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const css of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) found.add(css);
  for (const imported of chunk.imports ?? []) filesOf(imported, found);
  return found;
}

const compressed = (content, compress) => compress(content).length;
let failed = false;
for (const page of firstPages) {
  const entries = page.includes('SignIn') ? ['index.html', page] : [...frame, page];
  const files = new Set(entries.flatMap((entry) => [...filesOf(entry)]));
  files.add('index.html');
  let brotli = 0;
  let gzip = 0;
  const sizes = [];
  for (const file of files) {
    const content = readFileSync(`${dist}/${file}`);
    const size = file.endsWith('.woff2') ? content.length : compressed(content, brotliCompressSync);
    brotli += size;
    gzip += file.endsWith('.woff2') ? content.length : compressed(content, gzipSync);
    sizes.push([size, file]);
  }
  failed ||= brotli > budgetBytes;
  const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(
    `${brotli > budgetBytes ? '✗' : '✓'} ${page}: ${kilo(brotli)} with brotli, ${kilo(gzip)} with gzip`,
  );
  if (process.argv.includes('--files')) {
    for (const [size, file] of sizes.sort(([one], [other]) => other - one))
      console.log(`    ${kilo(size)}  ${file}`);
  }
}
if (failed)
  console.error(
    `A first page may load ${budgetBytes / 1000} kB. 'node tools/size.mjs --files' shows of what.`,
  );
process.exit(failed ? 1 : 0);
