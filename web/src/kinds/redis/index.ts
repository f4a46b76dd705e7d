import type { ConsoleKind } from '../kind';

export const redis: ConsoleKind = {
  kind: 'redis',
  navigation: { text: 'Redis clusters', href: '/servers' },
  routes: [{ path: 'servers', page: async () => (await import('./list/ServersPage')).ServersPage }],
};
