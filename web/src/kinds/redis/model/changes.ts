// What differs between two specs, and what to do when somebody else changed the cluster meanwhile.

import { specOfForm, roleSpec, type Spec } from './spec';
import { kRoles, type RedisForm } from './form';

export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

function isObject(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function hasIds(list: readonly unknown[]): list is readonly (Spec & { id: string })[] {
  return list.every((item) => isObject(item) && typeof item.id === 'string');
}

const idOf = ({ id }: { id: string }) => id;

/** By path, nodes by their id, so that a removed node does not shift all that follow it. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) =>
      differences(before[key] ?? null, after[key] ?? null, path === '' ? key : `${path}.${key}`),
    );
  }
  if (
    isList(before) &&
    isList(after) &&
    before.length + after.length > 0 &&
    hasIds(before) &&
    hasIds(after)
  ) {
    const ids = new Set([...before.map(idOf), ...after.map(idOf)]);
    const one = (list: readonly Spec[], id: string) => list.find((item) => item.id === id) ?? null;
    return [...ids].flatMap((id) => differences(one(before, id), one(after, id), `${path}[${id}]`));
  }
  return [{ path, before, after }];
}

/** The merge patch (RFC 7396) that makes the form's wishes of `stored`; null when there are none. */
export function patchOf(base: RedisForm, form: RedisForm): Spec | null {
  const before = specOfForm(base, { listed: true });
  const after = specOfForm(form, { listed: true });
  const patch: Spec = {};
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (field === 'desiredState') continue;
    if (JSON.stringify(before[field]) !== JSON.stringify(after[field])) patch[field] = after[field] ?? null;
  }
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

export interface Meeting {
  /** Their state with my changes put on top; mine wins where both changed the same. */
  readonly merged: RedisForm;
  /** What they changed since I began. */
  readonly theirs: readonly Difference[];
  /** Paths that both changed, each to something else. */
  readonly contested: readonly string[];
}

function pick<T>(base: T, mine: T, theirs: T): T {
  return JSON.stringify(base) === JSON.stringify(mine) ? theirs : mine;
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
export function rebase(base: RedisForm, mine: RedisForm, theirs: RedisForm): Meeting {
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
  const listed = { listed: true };
  const baseSpec = specOfForm(base, listed);
  const theirsSpec = specOfForm(theirs, listed);
  const mineSpec = specOfForm(mine, listed);
  const byThem = differences(baseSpec, theirsSpec);
  const byMe = new Map(differences(baseSpec, mineSpec).map((change) => [change.path, change.after]));
  const contested = byThem
    .filter(({ path, after }) => byMe.has(path) && JSON.stringify(byMe.get(path)) !== JSON.stringify(after))
    .map(({ path }) => path);
  return { merged, theirs: byThem, contested };
}
