import type { ConsoleKind } from '../../resource/kind';
import { kafka } from './model/names';

export const kafkaKind: ConsoleKind = {
  ...kafka,
  pages: {
    list: async () => (await import('./list/ClustersPage')).ClustersPage,
    details: async () => (await import('./details/ClusterPage')).ClusterPage,
    create: async () => (await import('./form/FormPages')).CreateClusterPage,
    update: async () => (await import('./form/FormPages')).UpdateClusterPage,
  },
  actionPages: {
    upgrade: async () => (await import('./resize/ResizePages')).UpgradePage,
    downgrade: async () => (await import('./resize/ResizePages')).DowngradePage,
  },
};
