// Short names for what the API says of Redis clusters.

import type { DriftAnswer, RedisServer, RedisStatus } from '../../../api/types';
import type { components } from '../../../api/schema';

export type { Credentials, RedisNode, RedisSpec, RedisStatus, Region, Size } from '../../../api/types';

export type RedisConnection = components['schemas']['RedisConnection'];
export type DriftItem = DriftAnswer['items'][number];

/** A server's status once it has been observed; before that it is an empty object. */
export function statusOf({ status }: Pick<RedisServer, 'status'>): RedisStatus | null {
  return Array.isArray(status.nodes) ? (status as RedisStatus) : null;
}

/** What the last look saw of machines that were being switched off is no news: they are meant to be off. */
export function asStopped(status: RedisStatus): RedisStatus {
  return {
    ...status,
    power: 'off',
    problems: [],
    nodes: status.nodes.map((node) => ({ ...node, state: 'off', error: null })),
  };
}
