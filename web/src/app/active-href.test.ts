import { expect, test } from 'vitest';
import { activeHref } from './active-href';

const hrefs = ['/servers', '/servers/vpn', '/operations'];

test.each([
  ['/servers', '/servers'],
  ['/servers/res_1', '/servers'],
  ['/servers/vpn/res_1', '/servers/vpn'],
  ['/serversides', ''],
  ['/', ''],
])('%s belongs to %j', (path, href) => {
  expect(activeHref(path, hrefs)).toBe(href);
});
