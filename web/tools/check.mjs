// `npm run check`: types current, folders in order, tsc, eslint, prettier; each one's output, and a failure if any failed.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultsOf, readSources } from './layers.mjs';

const bin = (name) => join('node_modules', '.bin', name);

function run(what, program, ...args) {
  const { status } = spawnSync(bin(program), args, { stdio: 'inherit' });
  console.log(`${status === 0 ? '✓' : '✗'} ${what}`);
  return status === 0;
}

/** The generated types must be what api/openapi.yaml says now, or pages rely on an API that is gone. */
function typesAreCurrent() {
  const folder = mkdtempSync(join(tmpdir(), 'ashlar-types-'));
  try {
    const fresh = join(folder, 'schema.ts');
    execFileSync(
      bin('openapi-typescript'),
      ['../api/openapi.yaml', '--empty-objects-unknown', '--output', fresh],
      {
        stdio: 'pipe',
      },
    );
    execFileSync(bin('prettier'), ['--config', '.prettierrc.json', '--log-level', 'warn', '--write', fresh]);
    const current = readFileSync(fresh, 'utf8') === readFileSync('src/api/schema.ts', 'utf8');
    console.log(
      current
        ? '✓ types are those of api/openapi.yaml'
        : '✗ src/api/schema.ts is older than api/openapi.yaml: npm run types',
    );
    return current;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** See docs/architecture.md, “The console”. */
function foldersAreInOrder() {
  const faults = faultsOf(readSources('src'));
  for (const fault of faults) console.log(`  ${fault}`);
  console.log(
    `${faults.length === 0 ? '✓' : '✗'} folders are in order, and no kind is named outside its own`,
  );
  return faults.length === 0;
}

const results = [
  typesAreCurrent(),
  foldersAreInOrder(),
  run('types fit', 'tsc'),
  run('eslint', 'eslint', '--max-warnings=0', '.'),
  run('prettier', 'prettier', '--check', '--log-level', 'warn', '.'),
];
process.exit(results.every(Boolean) ? 0 : 1);
