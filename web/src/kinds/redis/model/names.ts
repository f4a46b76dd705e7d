import type { KindNames } from '../../../resource/kind';

export const redis: KindNames = {
  kind: 'redis',
  title: { one: 'Redis cluster', many: 'Redis clusters' },
  noun: { one: 'cluster', many: 'clusters' },
  description: 'Replicated, watched by sentinels, and failing over by themselves.',
  collection: '/infrastructure/redis',
  path: '/servers',
};
