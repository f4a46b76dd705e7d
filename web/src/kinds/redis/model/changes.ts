// The patch that a changed form asks for, and what to do when somebody else changed the cluster meanwhile.

import { changedFields, compare, pick, type Meeting } from '../../../resource/form/differences';
import type { Spec } from '../../../resource/form/format';
import { pickRole, rolePatch } from '../../../resource/form/roles';
import { kRoles, type RedisForm, type Role } from './form';
import { nodeFormat, specOfForm } from './spec';

const withoutRoles = (form: RedisForm): Spec =>
  Object.fromEntries(
    Object.entries(specOfForm(form, { listed: true })).filter(([field]) => field !== 'desiredState'),
  );

/** The merge patch (RFC 7396) that makes the form's wishes of `stored`; null when there are none. */
export function patchOf(base: RedisForm, form: RedisForm): Spec | null {
  const patch = changedFields(withoutRoles(base), withoutRoles(form));
  const roles: Spec = {};
  for (const role of kRoles) {
    const asked = rolePatch(role, base.roles[role], form.roles[role], nodeFormat);
    if (asked !== null) roles[role] = asked;
  }
  if (Object.keys(roles).length > 0) patch.desiredState = { roles };
  return Object.keys(patch).length === 0 ? null : patch;
}

/** Puts what I changed since `base` on top of what somebody else made of it. */
export function rebase(base: RedisForm, mine: RedisForm, theirs: RedisForm): Meeting<RedisForm> {
  const roleOf = (role: Role) => pickRole(base.roles[role], mine.roles[role], theirs.roles[role]);
  const merged: RedisForm = {
    name: theirs.name,
    type: pick(base.type, mine.type, theirs.type),
    deploymentType: pick(base.deploymentType, mine.deploymentType, theirs.deploymentType),
    targetClusters: pick(base.targetClusters, mine.targetClusters, theirs.targetClusters),
    region: pick(base.region, mine.region, theirs.region),
    vpcUUID: pick(base.vpcUUID, mine.vpcUUID, theirs.vpcUUID),
    enableTLS: pick(base.enableTLS, mine.enableTLS, theirs.enableTLS),
    roles: {
      master: roleOf('master'),
      replica: roleOf('replica'),
      sentinel: roleOf('sentinel'),
    },
    clientRanges: pick(base.clientRanges, mine.clientRanges, theirs.clientRanges),
    persistence: pick(base.persistence, mine.persistence, theirs.persistence),
    heal: pick(base.heal, mine.heal, theirs.heal),
    rest: pick(base.rest, mine.rest, theirs.rest),
  };
  const specOf = (form: RedisForm) => specOfForm(form, { listed: true });
  return { merged, ...compare(specOf(base), specOf(mine), specOf(theirs)) };
}
