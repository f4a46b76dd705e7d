// Between the form and the spec that the API takes. Reading names every fault at its path and
// refuses what the form could not keep, so that nothing typed in the YAML view is dropped in silence.

import { FieldReader, isObject } from '../../../resource/form/field-reader';
import type { ReadForm, Spec, SpecFormat, WriteOptions } from '../../../resource/form/format';
import type { Heal } from '../../../resource/heal';
import { readRole, roleSpec, type NodeFormat } from '../../../resource/form/roles';
import {
  freeNode,
  kRestFields,
  kRoles,
  newForm,
  type OwnNode,
  type Persistence,
  type RedisForm,
  type Role,
} from './form';
import { redis } from './names';

// Writing.

export const nodeFormat: NodeFormat<OwnNode> = {
  usual: freeNode,
  write: ({ group }) => (group === null ? {} : { group }),
  read: (reader) => ({ group: reader.whole('group') ?? null }),
};

export function specOfForm(form: RedisForm, { listed = false }: WriteOptions = {}): Spec {
  const roles: Spec = {};
  for (const role of kRoles)
    if (form.roles[role].nodes.length > 0)
      roles[role] = roleSpec(role, form.roles[role], nodeFormat, { listed });
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

function readRoles(top: FieldReader): RedisForm['roles'] {
  const desired = top.child('desiredState');
  const roles = desired?.child('roles');
  desired?.refuseUnknown();
  const usual = newForm().roles;
  const roleOf = (role: Role) => readRole(roles?.child(role), role, usual[role].size, nodeFormat);
  const read = { master: roleOf('master'), replica: roleOf('replica'), sentinel: roleOf('sentinel') };
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
