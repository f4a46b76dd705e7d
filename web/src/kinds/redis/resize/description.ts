import type { ResizeDescription } from '../../../resource/resize/description';
import { kRoles, type Role } from '../model/form';
import { redis } from '../model/names';
import type { RedisSpec, RedisStatus } from '../model/types';

const titles: Record<Role, string> = {
  master: 'Master nodes',
  replica: 'Replica nodes',
  sentinel: 'Sentinel nodes',
};

export const clusterResize: ResizeDescription<RedisSpec, RedisStatus> = {
  names: redis,
  regionOf: ({ spec }) => spec.region,
  strategyOf: ({ spec }) => spec.strategy,
  rolesOf: ({ spec }) =>
    kRoles
      .map((role) => ({
        role,
        title: titles[role],
        sizes: spec.desiredState.roles[role].nodes.map(({ size }) => size),
      }))
      .filter(({ sizes }) => sizes.length > 0),
};
