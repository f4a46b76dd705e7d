// The order of the console's folders, and who may name a kind. Pure functions over the sources; check.mjs runs them.
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

/** Each may use those before it, and none after it. */
export const layers = ['api', 'state', 'parts', 'resource', 'kinds', 'pages', 'app', 'main.tsx'];

/** `[path, text]` of all sources below `folder`; paths with slashes, from `folder` on. */
export function readSources(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((path) => [relative(folder, path).split(sep).join(posix.sep), readFileSync(path, 'utf8')])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Tests use what they like; nothing that is shipped uses them. */
const isForTests = (path) => /\.test\.tsx?$|(^|\/)testing(\/|\.tsx?$)/.test(path);
const isCode = (path) => /\.tsx?$/.test(path);

/** The files of the console that a file imports, whether at once or on demand. */
function importsOf(path, text, known) {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .flatMap((name) => {
      const base = posix.join(posix.dirname(path), name);
      return ['', '.ts', '.tsx', '/index.ts'].map((end) => base + end).find((one) => known.has(one)) ?? [];
    });
}

/** Every import between two files that are shipped. */
function edgesOf(sources) {
  const known = new Set(sources.map(([path]) => path));
  return sources
    .filter(([path]) => isCode(path) && !isForTests(path))
    .flatMap(([from, text]) => importsOf(from, text, known).map((to) => ({ from, to })));
}

/** Imports that go against the order of the layers, or from what is shipped to what is for tests. */
export function orderFaults(sources) {
  const layerOf = (path) => layers.indexOf(path.split('/')[0]);
  return edgesOf(sources).flatMap(({ from, to }) => {
    if (isForTests(to)) return [`${from} imports ${to}, which is for tests`];
    const [at, used] = [layerOf(from), layerOf(to)];
    if (at < 0) return [`${from} is in no layer; tools/layers.mjs names them`];
    return used > at ? [`${from} imports ${to}: ${layers[at]} comes before ${layers[used]}`] : [];
  });
}

/** The two entries of one folder that an import connects: files, or the folders in which the files are. */
function entriesOf({ from, to }) {
  const [one, other] = [from.split('/'), to.split('/')];
  let depth = 0;
  while (one[depth] === other[depth]) ++depth;
  const entry = (steps) => steps.slice(0, depth + 1).join('/');
  return [entry(one), entry(other)];
}

/** Circles among the entries of any folder, each told once: `a → b → a`. */
export function cycleFaults(sources) {
  const next = new Map();
  for (const edge of edgesOf(sources)) {
    if (edge.from === edge.to || isForTests(edge.to)) continue;
    const [from, to] = entriesOf(edge);
    next.set(from, (next.get(from) ?? new Set()).add(to));
  }
  const faults = [];
  const over = new Set();
  const visit = (entry, way) => {
    if (way.includes(entry)) {
      faults.push(`a circle: ${[...way.slice(way.indexOf(entry)), entry].join(' → ')}`);
      return;
    }
    if (over.has(entry)) return;
    for (const following of next.get(entry) ?? []) visit(following, [...way, entry]);
    over.add(entry);
  };
  for (const entry of next.keys()) visit(entry, []);
  return faults;
}

const kindsList = 'kinds/kinds.ts';
const generated = 'api/schema.ts';

/** Lines that name a kind outside its folder: there a second kind would not be served, or served wrongly. */
export function nameFaults(sources) {
  const kinds = new Set(sources.flatMap(([path]) => /^kinds\/([^/]+)\//.exec(path)?.[1] ?? []));
  const faultsIn = ([path, text], kind) =>
    text
      .split('\n')
      .map((line, index) => ({ number: index + 1, isFault: line.toLowerCase().includes(kind) }))
      .filter(({ isFault }) => isFault)
      .map(
        ({ number }) =>
          `${path}:${number} names the kind ${kind}, as only ${kindsList} may outside its folder`,
      );
  return sources
    .filter(([path]) => path !== kindsList && path !== generated)
    .flatMap((source) =>
      [...kinds]
        .filter((kind) => !source[0].startsWith(`kinds/${kind}/`))
        .flatMap((kind) => faultsIn(source, kind)),
    );
}

export const faultsOf = (sources) => [
  ...orderFaults(sources),
  ...cycleFaults(sources),
  ...nameFaults(sources),
];
