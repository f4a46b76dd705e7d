import type { ConsoleKind } from '../../resource/kind';
import { redis } from './model/names';

export const redisKind: ConsoleKind = {
  ...redis,
  pages: {
    list: async () => (await import('./list/ClustersPage')).ClustersPage,
    details: async () => (await import('./details/ClusterPage')).ClusterPage,
    create: async () => (await import('./form/CreateClusterPage')).CreateClusterPage,
    update: async () => (await import('./form/UpdateClusterPage')).UpdateClusterPage,
  },
  actionPages: {
    upgrade: async () => (await import('./resize/ResizePages')).UpgradePage,
    downgrade: async () => (await import('./resize/ResizePages')).DowngradePage,
  },
};
