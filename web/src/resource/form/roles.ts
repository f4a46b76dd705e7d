// Nodes by role in the form of a clustered kind: reading, writing, counting. Pure.

import { pick } from './differences';
import type { FieldReader } from './field-reader';
import type { Spec, WriteOptions } from './format';

interface CommonNode {
  readonly id: string;
  readonly size: string;
  readonly tags: readonly string[];
}

/** A node, with what only its kind's nodes have. */
export type NodeForm<Own extends object> = CommonNode & Readonly<Own>;

export interface RoleForm<Own extends object> {
  /** Of nodes that are added next, and of all nodes when it is changed. */
  readonly size: string;
  readonly nodes: readonly NodeForm<Own>[];
}

export type RolesForm<Role extends string, Own extends object> = Readonly<Record<Role, RoleForm<Own>>>;

/** What a kind knows of its nodes. */
export interface NodeFormat<Own extends object> {
  /** Of a node of which nothing is said. */
  readonly usual: Own;
  readonly write: (node: NodeForm<Own>) => Spec;
  readonly read: (reader: FieldReader) => Own;
}

/** More than the server takes are not made of a count that somebody typed. */
const mostNodes = 100;

export function plainNodes<Own extends object>(
  role: string,
  count: number,
  size: string,
  own: Own,
): NodeForm<Own>[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `${role}-${index + 1}`,
    size,
    tags: [],
    ...own,
  }));
}

// Writing.

/** Nodes that the server would make the same way from count and size need not be listed. */
function isPlain<Own extends object>(
  role: string,
  { nodes, size }: RoleForm<Own>,
  { write, usual }: NodeFormat<Own>,
): boolean {
  const own = (nodes: readonly NodeForm<Own>[]) => JSON.stringify(nodes.map(write));
  const same = plainNodes(role, nodes.length, size, usual);
  return (
    own(nodes) === own(same) &&
    nodes.every((node, index) => node.id === same[index]?.id && node.size === size && node.tags.length === 0)
  );
}

/** A role as the API takes it; `listed` names each node, as a change of an existing cluster must. */
export function roleSpec<Own extends object>(
  role: string,
  form: RoleForm<Own>,
  format: NodeFormat<Own>,
  { listed = false }: WriteOptions = {},
): Spec {
  const base = { count: form.nodes.length, size: form.size };
  if (!listed && isPlain(role, form, format)) return base;
  const nodes = form.nodes.map((node) => ({
    id: node.id,
    size: node.size,
    ...(node.tags.length > 0 ? { tags: [...node.tags] } : {}),
    ...format.write(node),
  }));
  return { ...base, nodes };
}

/** The merge patch of a role; null when nothing is asked of it. Listed nodes count for themselves; an empty list alone
 *  would mean "as before". */
export function rolePatch<Own extends object>(
  role: string,
  base: RoleForm<Own>,
  form: RoleForm<Own>,
  format: NodeFormat<Own>,
): Spec | null {
  const [before, wanted] = [base, form].map((one) => roleSpec(role, one, format, { listed: true }));
  if (JSON.stringify(before) === JSON.stringify(wanted)) return null;
  return form.nodes.length > 0 ? { nodes: wanted?.nodes } : { count: 0, nodes: [] };
}

/** Puts what I changed of a role since `base` on top of what somebody else made of it. */
export function pickRole<Own extends object>(
  base: RoleForm<Own>,
  mine: RoleForm<Own>,
  theirs: RoleForm<Own>,
): RoleForm<Own> {
  const find = (form: RoleForm<Own>, id: string) => form.nodes.find((node) => node.id === id);
  const ids = [...new Set([theirs, mine].flatMap((form) => form.nodes.map(({ id }) => id)))];
  const nodes = ids.flatMap((id) => {
    const chosen = pick(find(base, id), find(mine, id), find(theirs, id));
    return chosen === undefined ? [] : [chosen];
  });
  return { size: pick(base.size, mine.size, theirs.size), nodes };
}

// Reading.

function readNode<Own extends object>(
  reader: FieldReader,
  usualId: string,
  size: string,
  { read }: NodeFormat<Own>,
): NodeForm<Own> {
  const node = {
    id: reader.text('id') ?? usualId,
    size: reader.text('size') ?? size,
    tags: reader.texts('tags') ?? [],
    ...read(reader),
  };
  reader.text('region'); // the cluster's: all nodes stand in one region
  reader.refuseUnknown();
  return node;
}

/** `reader` is of the role itself; what else its kind says of a role is read before. */
export function readRole<Own extends object>(
  reader: FieldReader | undefined,
  role: string,
  usualSize: string,
  format: NodeFormat<Own>,
): RoleForm<Own> {
  if (reader === undefined) return { size: usualSize, nodes: [] };
  const size = reader.text('size');
  const count = reader.whole('count') ?? undefined;
  const listed = reader.children('nodes') ?? [];
  reader.refuseUnknown();
  const nodes = listed.map((node, index) => readNode(node, `${role}-${index + 1}`, size ?? '', format));
  const ofRole = size ?? nodes[0]?.size ?? usualSize;
  if (nodes.length > 0) {
    if (count !== undefined && count !== nodes.length)
      reader.fault('count', `is ${count}, but ${nodes.length} nodes are listed`);
    return { size: ofRole, nodes };
  }
  const bounded = Math.min(count ?? 0, mostNodes);
  if (bounded !== (count ?? 0)) reader.fault('count', `must be at most ${mostNodes}`);
  return { size: ofRole, nodes: plainNodes(role, bounded, ofRole, format.usual) };
}

// Changing.

const withRole = <Role extends string, Own extends object>(
  roles: RolesForm<Role, Own>,
  role: Role,
  change: Partial<RoleForm<Own>>,
): RolesForm<Role, Own> => ({ ...roles, [role]: { ...roles[role], ...change } });

const listOf = <Own extends object>(roles: RolesForm<string, Own>): RoleForm<Own>[] => Object.values(roles);

export function nodeCount<Own extends object>(roles: RolesForm<string, Own>): number {
  return listOf(roles).reduce((sum, { nodes }) => sum + nodes.length, 0);
}

/** The first id of the role that no node of the cluster has. */
export function nextId<Own extends object>(roles: RolesForm<string, Own>, role: string): string {
  const taken = new Set(listOf(roles).flatMap(({ nodes }) => nodes.map(({ id }) => id)));
  let number = 1;
  while (taken.has(`${role}-${number}`)) ++number;
  return `${role}-${number}`;
}

export function addNode<Role extends string, Own extends object>(
  roles: RolesForm<Role, Own>,
  role: Role,
  own: Own,
): RolesForm<Role, Own> {
  const { nodes, size } = roles[role];
  const added: NodeForm<Own> = { id: nextId(roles, role), size, tags: [], ...own };
  return withRole(roles, role, { nodes: [...nodes, added] });
}

export function removeNode<Role extends string, Own extends object>(
  roles: RolesForm<Role, Own>,
  role: Role,
  id: string,
): RolesForm<Role, Own> {
  return withRole(roles, role, { nodes: roles[role].nodes.filter((node) => node.id !== id) });
}

/** Adds nodes at the end, or takes them from the end. */
export function setCount<Role extends string, Own extends object>(
  roles: RolesForm<Role, Own>,
  role: Role,
  count: number,
  own: Own,
): RolesForm<Role, Own> {
  let changed = withRole(roles, role, { nodes: roles[role].nodes.slice(0, count) });
  while (changed[role].nodes.length < count) changed = addNode(changed, role, own);
  return changed;
}

/** The size of a role is the size of all its nodes. */
export function setRoleSize<Role extends string, Own extends object>(
  roles: RolesForm<Role, Own>,
  role: Role,
  size: string,
): RolesForm<Role, Own> {
  return withRole(roles, role, { size, nodes: roles[role].nodes.map((node) => ({ ...node, size })) });
}

export function changeNode<Role extends string, Own extends object>(
  roles: RolesForm<Role, Own>,
  role: Role,
  id: string,
  change: Partial<NodeForm<Own>>,
): RolesForm<Role, Own> {
  const nodes = roles[role].nodes.map((node) => (node.id === id ? { ...node, ...change } : node));
  return withRole(roles, role, { nodes });
}

/** The sizes of all nodes, as often as they occur. */
export function sizesOf<Own extends object>(roles: RolesForm<string, Own>): string[] {
  return listOf(roles).flatMap(({ nodes }) => nodes.map(({ size }) => size));
}
