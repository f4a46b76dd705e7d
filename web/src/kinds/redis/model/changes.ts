// The patch that a changed form asks for, and what to do when somebody else changed the cluster meanwhile.

import { changedFields, compare, pick, type Meeting } from '../../../resource/form/differences';
import type { Spec } from '../../../resource/form/format';
import { kRoles, type RedisForm } from './form';
import { roleSpec, specOfForm } from './spec';

const withoutRoles = (form: RedisForm): Spec =>
  Object.fromEntries(
    Object.entries(specOfForm(form, { listed: true })).filter(([field]) => field !== 'desiredState'),
  );

/** The merge patch (RFC 7396) that makes the form's wishes of `stored`; null when there are none. */
export function patchOf(base: RedisForm, form: RedisForm): Spec | null {
  const patch = changedFields(withoutRoles(base), withoutRoles(form));
  const roles: Spec = {};
  for (const role of kRoles) {
    const wanted = roleSpec(role, form.roles[role], true);
    if (JSON.stringify(roleSpec(role, base.roles[role], true)) === JSON.stringify(wanted)) continue;
    // Listed nodes count for themselves; an empty list alone would mean "as before".
    roles[role] = form.roles[role].nodes.length > 0 ? { nodes: wanted.nodes } : { count: 0, nodes: [] };
  }
  if (Object.keys(roles).length > 0) patch.desiredState = { roles };
  return Object.keys(patch).length === 0 ? null : patch;
}

function pickRole(base: RedisForm, mine: RedisForm, theirs: RedisForm, role: (typeof kRoles)[number]) {
  const find = (form: RedisForm, id: string) => form.roles[role].nodes.find((node) => node.id === id);
  const ids = [...new Set([theirs, mine].flatMap((form) => form.roles[role].nodes.map(({ id }) => id)))];
  const nodes = ids.flatMap((id) => {
    const chosen = pick(find(base, id), find(mine, id), find(theirs, id));
    return chosen === undefined ? [] : [chosen];
  });
  return {
    size: pick(base.roles[role].size, mine.roles[role].size, theirs.roles[role].size),
    nodes,
  };
}

/** Puts what I changed since `base` on top of what somebody else made of it. */
export function rebase(base: RedisForm, mine: RedisForm, theirs: RedisForm): Meeting<RedisForm> {
  const merged: RedisForm = {
    name: theirs.name,
    type: pick(base.type, mine.type, theirs.type),
    deploymentType: pick(base.deploymentType, mine.deploymentType, theirs.deploymentType),
    targetClusters: pick(base.targetClusters, mine.targetClusters, theirs.targetClusters),
    region: pick(base.region, mine.region, theirs.region),
    vpcUUID: pick(base.vpcUUID, mine.vpcUUID, theirs.vpcUUID),
    enableTLS: pick(base.enableTLS, mine.enableTLS, theirs.enableTLS),
    roles: {
      master: pickRole(base, mine, theirs, 'master'),
      replica: pickRole(base, mine, theirs, 'replica'),
      sentinel: pickRole(base, mine, theirs, 'sentinel'),
    },
    clientRanges: pick(base.clientRanges, mine.clientRanges, theirs.clientRanges),
    persistence: pick(base.persistence, mine.persistence, theirs.persistence),
    heal: pick(base.heal, mine.heal, theirs.heal),
    rest: pick(base.rest, mine.rest, theirs.rest),
  };
  const specOf = (form: RedisForm) => specOfForm(form, { listed: true });
  return { merged, ...compare(specOf(base), specOf(mine), specOf(theirs)) };
}
