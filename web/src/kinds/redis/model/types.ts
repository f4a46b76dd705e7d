// Short names for what the API says of Redis clusters.

import type { components } from '../../../api/schema';
import type { Resource } from '../../../api/types';

export type { Size } from '../../../api/types';

type Schemas = components['schemas'];

export type RedisSpec = Schemas['RedisSpec'];
export type RedisStatus = Schemas['RedisStatus'];
export type RedisNode = Schemas['RedisNode'];
export type RedisConnection = Schemas['RedisConnection'];
export type RedisResource = Resource<RedisSpec, RedisStatus>;

/** A cluster's status once it has been observed; before that it is an empty object. */
export function statusOf({ status }: Pick<RedisResource, 'status'>): RedisStatus | null {
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

/** As pages show it. */
export function shownStatus(resource: Pick<RedisResource, 'state' | 'status'>): RedisStatus | null {
  const status = statusOf(resource);
  return status !== null && resource.state === 'stopped' ? asStopped(status) : status;
}
