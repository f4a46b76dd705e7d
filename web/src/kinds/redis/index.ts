import type { ConsoleKind } from '../kind';

export const redis: ConsoleKind = {
  kind: 'redis',
  navigation: { text: 'Redis clusters', href: '/servers' },
  routes: [
    { path: 'servers', page: async () => (await import('./list/ServersPage')).ServersPage },
    { path: 'servers/create', page: async () => (await import('./create/CreatePage')).CreatePage },
    { path: 'servers/update/:id', page: async () => (await import('./update/UpdatePage')).UpdatePage },
    { path: 'servers/upgrade/:id', page: async () => (await import('./resize/ResizePage')).UpgradePage },
    { path: 'servers/downgrade/:id', page: async () => (await import('./resize/ResizePage')).DowngradePage },
    { path: 'servers/:id', page: async () => (await import('./details/ServerPage')).ServerPage },
  ],
};
