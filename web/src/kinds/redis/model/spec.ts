// Between the form and the spec that the API takes. Reading names every fault at its path and
// refuses what the form could not keep, so that nothing typed in the YAML view is dropped in silence.

import { FieldReader, isObject } from '../../../resource/form/field-reader';
import type { ReadForm, Spec, SpecFormat, WriteOptions } from '../../../resource/form/format';
import {
  kRestFields,
  kRoles,
  newForm,
  type Heal,
  type NodeForm,
  type Persistence,
  type RedisForm,
  type Role,
  type RoleForm,
} from './form';
import { redis } from './names';

// Writing.

/** Nodes that the server would make the same way from count and size need not be listed. */
function isPlain(role: Role, { nodes, size }: RoleForm): boolean {
  return nodes.every(
    (node, index) =>
      node.id === `${role}-${index + 1}` &&
      node.size === size &&
      node.tags.length === 0 &&
      node.group === null,
  );
}

function nodeSpec(node: NodeForm): Spec {
  return {
    id: node.id,
    size: node.size,
    ...(node.tags.length > 0 ? { tags: [...node.tags] } : {}),
    ...(node.group === null ? {} : { group: node.group }),
  };
}

/** A role as the API takes it; `listed` names each node, as a change of an existing cluster must. */
export function roleSpec(role: Role, form: RoleForm, listed = false): Spec {
  const base = { count: form.nodes.length, size: form.size };
  return !listed && isPlain(role, form) ? base : { ...base, nodes: form.nodes.map(nodeSpec) };
}

export function specOfForm(form: RedisForm, { listed = false }: WriteOptions = {}): Spec {
  const roles: Spec = {};
  for (const role of kRoles)
    if (form.roles[role].nodes.length > 0) roles[role] = roleSpec(role, form.roles[role], listed);
  return {
    name: form.name,
    type: form.type,
    ...(form.deploymentType === null ? {} : { deploymentType: form.deploymentType }),
    targetClusters: [...form.targetClusters],
    region: form.region,
    vpcUUID: form.vpcUUID === '' ? null : form.vpcUUID,
    enableTLS: form.enableTLS,
    desiredState: { roles },
    clientRanges: [...form.clientRanges],
    ...(form.persistence === null ? {} : { persistence: { mode: form.persistence } }),
    heal: form.heal,
    ...form.rest,
  };
}

// Reading.

function readNode(reader: FieldReader, role: Role, index: number, size: string): NodeForm {
  const node = {
    id: reader.text('id') ?? `${role}-${index + 1}`,
    size: reader.text('size') ?? size,
    tags: reader.texts('tags') ?? [],
    group: reader.whole('group') ?? null,
  };
  reader.text('region'); // the cluster's: all nodes stand in one region
  reader.refuseUnknown();
  return node;
}

function readRole(reader: FieldReader | undefined, role: Role): RoleForm {
  if (reader === undefined) return { size: newForm().roles[role].size, nodes: [] };
  const size = reader.text('size');
  const count = reader.whole('count');
  const listed = reader.children('nodes') ?? [];
  reader.refuseUnknown();
  const nodes = listed.map((node, index) => readNode(node, role, index, size ?? ''));
  const ofRole = size ?? nodes[0]?.size ?? newForm().roles[role].size;
  if (nodes.length > 0) {
    if (count !== undefined && count !== nodes.length)
      reader.fault('count', `is ${count}, but ${nodes.length} nodes are listed`);
    return { size: ofRole, nodes };
  }
  const bounded = Math.min(count ?? 0, 100);
  if (bounded !== (count ?? 0)) reader.fault('count', 'must be at most 100');
  return {
    size: ofRole,
    nodes: Array.from({ length: bounded }, (_, index) => ({
      id: `${role}-${index + 1}`,
      size: ofRole,
      tags: [],
      group: null,
    })),
  };
}

function readRoles(top: FieldReader): RedisForm['roles'] {
  const desired = top.child('desiredState');
  const roles = desired?.child('roles');
  desired?.refuseUnknown();
  const read = {
    master: readRole(roles?.child('master'), 'master'),
    replica: readRole(roles?.child('replica'), 'replica'),
    sentinel: readRole(roles?.child('sentinel'), 'sentinel'),
  };
  roles?.refuseUnknown();
  return read;
}

function readRest(top: FieldReader): Spec {
  const rest: Spec = {};
  for (const field of kRestFields) {
    const value = top.value(field);
    if (value !== undefined) rest[field] = value;
  }
  return rest;
}

/** A spec as somebody wrote it, or as the server stores it. A password has no place in a document. */
export function formOfSpec(spec: unknown): ReadForm<RedisForm> {
  if (!isObject(spec))
    return {
      form: null,
      faults: [{ path: '', message: 'must be a Redis cluster with its fields' }],
    };
  const top = new FieldReader(spec, 'a Redis cluster');
  top.choice('kind', [redis.kind]);
  if (spec.systemPassword != null) {
    top.fault('systemPassword', 'is given in its own field of the form, so that it is shown nowhere');
  }
  top.value('systemPassword');
  const persistence = top.child('persistence');
  const mode = persistence?.choice<Persistence>('mode', ['none', 'rdb', 'aof']) ?? null;
  persistence?.refuseUnknown();
  const deploymentType = top.text('deploymentType') ?? null;
  const targetClusters = top.texts('targetClusters') ?? [];
  const form: RedisForm = {
    name: top.text('name') ?? '',
    type: top.choice('type', ['sentinel', 'single']) ?? typeSaid(deploymentType, targetClusters),
    deploymentType,
    targetClusters,
    region: top.text('region') ?? '',
    vpcUUID: top.text('vpcUUID') ?? '',
    enableTLS: top.flag('enableTLS') ?? isProductionType(deploymentType, targetClusters),
    roles: readRoles(top),
    clientRanges: top.texts('clientRanges') ?? [],
    persistence: mode,
    heal: top.choice<Heal>('heal', ['none', 'safe', 'replace']) ?? 'safe',
    rest: readRest(top),
  };
  top.refuseUnknown();
  return top.faults.length === 0 ? { form, faults: [] } : { form: null, faults: top.faults };
}

function typeSaid(deploymentType: string | null, targets: readonly string[]): RedisForm['type'] {
  const said = deploymentType ?? targets.find((label) => /^redis-(prod-)?single$/.test(label));
  return said !== undefined && said.endsWith('single') ? 'single' : 'sentinel';
}

/** The server's default for TLS: on for production types. */
function isProductionType(deploymentType: string | null, targets: readonly string[]): boolean {
  return [deploymentType, ...targets].some(
    (label) => label === 'redis-prod-single' || label === 'redis-sentinel-prod',
  );
}

export const redisFormat: SpecFormat<RedisForm> = {
  kind: redis.kind,
  roots: ['spec', 'clusters[0]'],
  write: specOfForm,
  read: formOfSpec,
};
