// How many nodes a role may have, and what adding, removing and resizing does to a form.

import * as roles from '../../../resource/form/roles';
import { freeNode, type ClusterType, type RedisForm, type Role } from './form';

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
  const others = roles.nodeCount(form.roles) - form.roles[role].nodes.length;
  return Math.max(0, kMostNodes - others);
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

export const addNode = (form: RedisForm, role: Role): RedisForm => ({
  ...form,
  roles: roles.addNode(form.roles, role, freeNode),
});

/** Removes a node. The replicas of a removed master are free for another group. */
export function removeNode(form: RedisForm, role: Role, id: string): RedisForm {
  const gone = form.roles[role].nodes.find((node) => node.id === id);
  const left = roles.removeNode(form.roles, role, id);
  if (role !== 'master' || gone?.group == null) return { ...form, roles: left };
  const nodes = left.replica.nodes.map((node) =>
    node.group === gone.group ? { ...node, group: null } : node,
  );
  return { ...form, roles: { ...left, replica: { ...left.replica, nodes } } };
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

export const setRoleSize = (form: RedisForm, role: Role, size: string): RedisForm => ({
  ...form,
  roles: roles.setRoleSize(form.roles, role, size),
});

export const setNodeSize = (form: RedisForm, role: Role, id: string, size: string): RedisForm => ({
  ...form,
  roles: roles.changeNode(form.roles, role, id, { size }),
});

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
