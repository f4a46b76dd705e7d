// How many nodes a role may have, and what adding, removing and resizing does to a form.

import type { ClusterType, NodeForm, RedisForm, Role, RoleForm } from './form';

export const kMostNodes = 100;

/** The fewest nodes that the server accepts, given the other roles. */
export function leastNodes(form: RedisForm, role: Role): number {
  if (form.type === 'single') return role === 'master' ? 1 : 0;
  if (role === 'master') return 1;
  // Each master needs a replica to fail over to; below three sentinels no majority survives a loss.
  return role === 'replica' ? form.roles.master.nodes.length : 3;
}

export function mostNodes(form: RedisForm, role: Role): number {
  if (form.type === 'single') return role === 'master' ? 1 : 0;
  const others = nodeCount(form) - form.roles[role].nodes.length;
  return Math.max(0, kMostNodes - others);
}

export function nodeCount(form: RedisForm): number {
  return Object.values(form.roles).reduce((sum, role) => sum + role.nodes.length, 0);
}

export function mayRemove(form: RedisForm, role: Role): boolean {
  return form.roles[role].nodes.length > leastNodes(form, role);
}

/** Why a node cannot be removed, for whoever meets the disabled button. */
export function whyKept(form: RedisForm, role: Role): string {
  const least = leastNodes(form, role);
  if (role === 'sentinel' && form.type === 'sentinel')
    return 'At least 3 sentinels: with fewer, no majority survives the loss of one';
  if (role === 'replica' && form.type === 'sentinel')
    return `At least ${least}: each master needs a replica to fail over to`;
  return `At least ${least} ${role}${least === 1 ? '' : 's'}`;
}

/** The first id of the role that no node of the cluster has. */
export function nextId(form: RedisForm, role: Role): string {
  const taken = new Set(Object.values(form.roles).flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  let number = 1;
  while (taken.has(`${role}-${number}`)) ++number;
  return `${role}-${number}`;
}

function withRole(form: RedisForm, role: Role, change: Partial<RoleForm>): RedisForm {
  return {
    ...form,
    roles: { ...form.roles, [role]: { ...form.roles[role], ...change } },
  };
}

export function addNode(form: RedisForm, role: Role): RedisForm {
  const { nodes, size } = form.roles[role];
  const added: NodeForm = {
    id: nextId(form, role),
    size,
    tags: [],
    group: null,
  };
  return withRole(form, role, { nodes: [...nodes, added] });
}

/** Removes a node. The replicas of a removed master are free for another group. */
export function removeNode(form: RedisForm, role: Role, id: string): RedisForm {
  const gone = form.roles[role].nodes.find((node) => node.id === id);
  const changed = withRole(form, role, {
    nodes: form.roles[role].nodes.filter((node) => node.id !== id),
  });
  if (role !== 'master' || gone?.group == null) return changed;
  return withRole(changed, 'replica', {
    nodes: changed.roles.replica.nodes.map((node) =>
      node.group === gone.group ? { ...node, group: null } : node,
    ),
  });
}

/** Adds nodes at the end, or takes them from the end. */
export function setCount(form: RedisForm, role: Role, count: number): RedisForm {
  let changed = form;
  while (changed.roles[role].nodes.length < count) changed = addNode(changed, role);
  while (changed.roles[role].nodes.length > count) {
    const last = changed.roles[role].nodes.at(-1);
    if (last === undefined) break;
    changed = removeNode(changed, role, last.id);
  }
  return changed;
}

/** The size of a role is the size of all its nodes. */
export function setRoleSize(form: RedisForm, role: Role, size: string): RedisForm {
  return withRole(form, role, {
    size,
    nodes: form.roles[role].nodes.map((node) => ({ ...node, size })),
  });
}

export function changeNode(
  form: RedisForm,
  role: Role,
  id: string,
  change: Partial<Omit<NodeForm, 'id'>>,
): RedisForm {
  return withRole(form, role, {
    nodes: form.roles[role].nodes.map((node) => (node.id === id ? { ...node, ...change } : node)),
  });
}

/** Another type has other roles: a single node stands alone. */
export function setType(form: RedisForm, type: ClusterType): RedisForm {
  if (type === form.type) return form;
  let changed: RedisForm = {
    ...form,
    type,
    deploymentType: null,
    targetClusters: [],
  };
  if (type === 'single') {
    for (const role of ['replica', 'sentinel'] as const) changed = setCount(changed, role, 0);
    return setCount(changed, 'master', 1);
  }
  for (const role of ['replica', 'sentinel'] as const)
    changed = setCount(changed, role, Math.max(3, changed.roles[role].nodes.length));
  return changed;
}

/** The sizes of all nodes, or of one role's, as often as they occur. */
export function sizesOf(form: RedisForm, role?: Role): string[] {
  const roles = role === undefined ? Object.values(form.roles) : [form.roles[role]];
  return roles.flatMap(({ nodes }) => nodes.map(({ size }) => size));
}
