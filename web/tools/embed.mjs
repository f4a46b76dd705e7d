// node embed.mjs DIST OUT: what Vite built, as an assembler file and a C++ table that put it into the program.
// Each file comes in every form in which it is sent: compressed once here, as well as it can be, and never again.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [dist, out] = process.argv.slice(2);
if (dist === undefined || out === undefined) throw new Error('usage: node embed.mjs DIST OUT');

/** Vite's own list of what it built; the browser never asks for it. */
const notServed = new Set(['manifest.json']);

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** Worth sending only when it saves a tenth: pictures and fonts are compressed already. */
function unlessInVain(plain, compressed) {
  return compressed.length < plain.length * 0.9 ? compressed : Buffer.alloc(0);
}

function formsOf(plain) {
  const brotli = brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
  return {
    plain,
    gzip: unlessInVain(plain, gzipSync(plain, { level: 9 })),
    brotli: unlessInVain(plain, brotli),
  };
}

const quoted = (text) => JSON.stringify(text);

const paths = filesBelow(dist)
  .map((path) => ({ path, name: relative(dist, path).split(sep).join(posix.sep) }))
  .filter(({ name }) => !notServed.has(name))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

rmSync(join(out, 'forms'), { recursive: true, force: true });
mkdirSync(join(out, 'forms'), { recursive: true });

let assembly = '.section .rodata\n';
let declarations = '';
let table = '';
paths.forEach(({ path, name }, index) => {
  const plain = readFileSync(path);
  const hash = createHash('sha256').update(plain).digest('hex').slice(0, 16);
  const views = Object.entries(formsOf(plain)).map(([form, bytes]) => {
    if (bytes.length === 0) return '{}';
    const symbol = `ashlar_console_${index}_${form}`;
    const file = join(out, 'forms', `${index}.${form}`);
    writeFileSync(file, bytes);
    assembly += `.globl ${symbol}\n${symbol}:\n.incbin ${quoted(file)}\n`;
    declarations += `extern const char ${symbol}[];\n`;
    return `{${symbol}, ${bytes.length}}`;
  });
  table += `      {${quoted('/' + name)}, ${quoted(hash)}, ${views.join(', ')}},\n`;
});
// Without it the linker would give the whole program a stack that can be executed.
assembly += '.section .note.GNU-stack,"",%progbits\n';

writeFileSync(join(out, 'console_files.S'), assembly);
writeFileSync(
  join(out, 'console_files.cpp'),
  `#include "main/console.hpp"

extern "C" {
${declarations}}

namespace ashlar {

std::span<const http::File> console_files() {
  static const http::File kFiles[] = {
${table}  };
  return kFiles;
}

}  // namespace ashlar
`,
);
