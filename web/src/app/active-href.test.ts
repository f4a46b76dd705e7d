import { expect, test } from 'vitest';
import { activeHref } from './active-href';

const hrefs = ['/servers', '/servers/other', '/operations'];

test.each([
  ['/servers', '/servers'],
  ['/servers/res_1', '/servers'],
  ['/servers/other/res_1', '/servers/other'],
  ['/serversides', ''],
  ['/', ''],
])('%s belongs to %j', (path, href) => {
  expect(activeHref(path, hrefs)).toBe(href);
});
