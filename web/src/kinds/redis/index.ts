import type { ConsoleKind } from '../kind';

export const redis: ConsoleKind = {
  kind: 'redis',
  navigation: { text: 'Redis clusters', href: '/servers' },
  routes: [
    {
      path: 'servers',
      lazy: async () => ({ Component: (await import('./list/ServersPage')).ServersPage }),
    },
  ],
};
