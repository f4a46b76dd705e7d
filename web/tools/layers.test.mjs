import { expect, test } from 'vitest';
import { cycleFaults, faultsOf, nameFaults, orderFaults, readSources } from './layers.mjs';

test('an import of what comes later is a fault, on demand too', () => {
  const sources = [
    ['api/a.ts', "import { b } from '../parts/b';"],
    ['parts/b.tsx', "const later = () => import('../app/c');"],
    ['app/c.ts', "import '../api/a';\nimport type { B } from '../parts/b';"],
  ];
  expect(orderFaults(sources)).toEqual([
    'api/a.ts imports parts/b.tsx: api comes before parts',
    'parts/b.tsx imports app/c.ts: parts comes before app',
  ]);
});

test('a file of no layer is a fault', () => {
  expect(
    orderFaults([
      ['utils/a.ts', "import '../api/b';"],
      ['api/b.ts', ''],
    ]),
  ).toEqual(['utils/a.ts is in no layer; tools/layers.mjs names them']);
});

test('tests may use everything, and nothing uses what is for tests', () => {
  const sources = [
    ['api/a.test.ts', "import '../app/b';\nimport '../testing/c';"],
    ['app/b.ts', ''],
    ['testing/c.tsx', "import '../app/b';"],
    ['pages/d.tsx', "import '../testing/c';"],
  ];
  expect(orderFaults(sources)).toEqual(['pages/d.tsx imports testing/c.tsx, which is for tests']);
});

test('folders that use each other are a circle, whichever files do it', () => {
  const sources = [
    ['parts/form/a.ts', "import '../list/b';"],
    ['parts/list/b.ts', ''],
    ['parts/list/c.ts', "import '../form/a';"],
  ];
  expect(cycleFaults(sources)).toEqual(['a circle: parts/form → parts/list → parts/form']);
});

test('so are files of one folder, through a third one', () => {
  const sources = [
    ['parts/a.ts', "import './b';"],
    ['parts/b.ts', "export * from './c';"],
    ['parts/c.ts', "import './a';"],
  ];
  expect(cycleFaults(sources)).toEqual(['a circle: parts/a.ts → parts/b.ts → parts/c.ts → parts/a.ts']);
});

test('a file may use a folder beside it that does not use it', () => {
  const sources = [
    ['parts/index.ts', "import './form/a';"],
    ['parts/form/a.ts', "import '../words';\nimport 'react';\nimport './a.css';"],
    ['parts/words.ts', ''],
  ];
  expect(cycleFaults(sources)).toEqual([]);
});

test('a kind is named in its own folder and in the one list, and nowhere else', () => {
  const sources = [
    ['kinds/abacus/index.ts', 'export const abacus = 1;'],
    ['kinds/kinds.ts', "import { abacus } from './abacus';"],
    ['kinds/sundial/index.ts', '// not an abacus'],
    ['api/schema.ts', 'interface AbacusSpec {}'],
    ['pages/Page.tsx', 'first\nuseGetAbacusQuery();'],
    ['pages/page.css', '.abacus {}'],
  ];
  expect(nameFaults(sources).map((fault) => fault.split(' names')[0])).toEqual([
    'kinds/sundial/index.ts:1',
    'pages/Page.tsx:2',
    'pages/page.css:1',
  ]);
});

test('the sources of the console are read, with what they import', () => {
  const sources = readSources('src');
  expect(sources.map(([path]) => path)).toContain('kinds/kinds.ts');
  const broken = [...sources, ['api/broken.ts', "import '../main';"]];
  expect(faultsOf(broken)).toContain('api/broken.ts imports main.tsx: api comes before main.tsx');
});
