import { expect, test } from 'vitest';
import { actionHref, createHref, crumbsOf, pageHref, routesOf, type ConsoleKind } from './kind';
import { abacus } from './testing/abacus';

const page = () => Promise.resolve(() => null);
const kind: ConsoleKind = {
  ...abacus,
  pages: { list: page, details: page, create: page, update: page },
  actionPages: { restring: page },
};

test('every page of a kind has its address below the list', () => {
  expect(routesOf(kind).map(({ path }) => path)).toEqual([
    '/abaci',
    '/abaci/create',
    '/abaci/update/:id',
    '/abaci/restring/:id',
    '/abaci/:id',
  ]);
});

test('links lead to those addresses, whatever an id holds', () => {
  expect(createHref(abacus)).toBe('/abaci/create');
  expect(actionHref(abacus, 'restring', 'a/b')).toBe('/abaci/restring/a%2Fb');
  expect(pageHref(abacus, 'a b')).toBe('/abaci/a%20b');
});

test('crumbs lead back to the list, and from an action to its resource', () => {
  expect(crumbsOf(abacus)).toEqual([{ text: 'Abaci', href: '/abaci' }]);
  expect(crumbsOf(abacus, { id: 'res_1', name: 'school' })).toEqual([
    { text: 'Abaci', href: '/abaci' },
    { text: 'school', href: '/abaci/res_1' },
  ]);
});
