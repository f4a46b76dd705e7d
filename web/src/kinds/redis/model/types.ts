// Short names for what the API says of Redis clusters.

import type { components } from '../../../api/schema';

type Schemas = components['schemas'];

export type RedisSpec = Schemas['RedisSpec'];
export type RedisStatus = Schemas['RedisStatus'];
export type RedisNode = Schemas['RedisNode'];
export type RedisConnection = Schemas['RedisConnection'];
export type RedisServer = Schemas['RedisServerDetail'];
export type Credentials = Schemas['Credentials'];
export type Size = Schemas['Size'];
export type Region = Schemas['Region'];
export type DriftItem = Schemas['DriftAnswer']['items'][number];

/** A server's status once it has been observed; before that it is an empty object. */
export function statusOf(server: RedisServer): RedisStatus | null {
  const status = server.status as Partial<RedisStatus>;
  return Array.isArray(status.nodes) ? (status as RedisStatus) : null;
}
