// Between the form and the spec that the API takes. Reading names every fault at its path and
// refuses what the form could not keep, so that nothing typed in the YAML view is dropped in silence.

import { FieldReader, isObject } from '../../../resource/form/field-reader';
import type { ReadForm, Spec, SpecFormat, WriteOptions } from '../../../resource/form/format';
import { readRole, roleSpec, type NodeFormat } from '../../../resource/form/roles';
import type { Heal } from '../../../resource/heal';
import {
  aclSubjects,
  freeNode,
  restFields,
  usualSizes,
  type AclForm,
  type DefaultsForm,
  type KafkaForm,
  type OwnNode,
  type Role,
  type Setting,
  type TopicForm,
  type UserForm,
} from './form';
import { kafka } from './names';
import { clusterTypes, type KafkaType } from './types';

// Writing.

/** Without what is null. */
const said = (fields: Readonly<Record<string, unknown>>): Spec =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

export const nodeFormat: NodeFormat<OwnNode> = {
  usual: freeNode,
  write: ({ number, zone, held }) => said({ number, zone, held: held || null }),
  read: (reader) => ({
    number: reader.whole('number') ?? null,
    zone: reader.text('zone') ?? null,
    held: reader.flag('held') ?? false,
  }),
};

export function rolesSpec({ type, roles, voters, heapMegabytes }: KafkaForm, options: WriteOptions): Spec {
  const ofRole = (role: Role) => ({
    ...roleSpec(role, roles[role], nodeFormat, options),
    ...said({ heapMegabytes: heapMegabytes[role] }),
  });
  const controller =
    type === 'kafka-prod' ? ofRole('controller') : voters === null ? null : { count: voters };
  return said({ controller, broker: ofRole('broker') });
}

const topicSpec = ({ name, partitions, replicationFactor, configuration }: TopicForm): Spec => ({
  name,
  ...said({ partitions, replicationFactor }),
  ...(configuration.length === 0
    ? {}
    : { configuration: Object.fromEntries(configuration.map(({ key, value }) => [key, value])) }),
});

const aclSpec = ({ subject, name, operations }: AclForm): Spec => ({
  [subject]: subject === 'cluster' ? true : name,
  operations: [...operations],
});

const userSpec = ({ name, acls }: UserForm): Spec => ({ name, acls: acls.map(aclSpec) });

export function specOfForm(form: KafkaForm, options: WriteOptions = {}): Spec {
  const defaults = said({ ...form.defaults });
  return {
    name: form.name,
    type: form.type,
    region: form.region,
    vpcUUID: form.vpcUUID === '' ? null : form.vpcUUID,
    enableTLS: form.enableTLS,
    desiredState: { roles: rolesSpec(form, options) },
    ...(form.version === '' ? {} : { version: form.version }),
    ...(Object.keys(defaults).length === 0 ? {} : { defaults }),
    clientRanges: [...form.clientRanges],
    topics: form.topics.map(topicSpec),
    ...(form.users === null ? {} : { users: form.users.map(userSpec) }),
    ...said({ reassignmentBytesPerSecond: form.reassignmentBytesPerSecond }),
    prune: form.prune,
    heal: form.heal,
    ...form.rest,
  };
}

// Reading.

function readRoles(top: FieldReader, type: KafkaType): Pick<KafkaForm, 'roles' | 'voters' | 'heapMegabytes'> {
  const desired = top.child('desiredState');
  const given = desired?.child('roles');
  desired?.refuseUnknown();
  const controller = given?.child('controller');
  const broker = given?.child('broker');
  given?.refuseUnknown();
  const hasOwn = type === 'kafka-prod';
  const heapMegabytes = {
    controller: (hasOwn ? controller?.whole('heapMegabytes') : undefined) ?? null,
    broker: broker?.whole('heapMegabytes') ?? null,
  };
  const voters = hasOwn ? null : (controller?.whole('count') ?? null);
  if (!hasOwn) controller?.refuseUnknown();
  const roleOf = (role: Role, reader: FieldReader | undefined) =>
    readRole(reader, role, usualSizes[role], nodeFormat);
  const roles = {
    controller: roleOf('controller', hasOwn ? controller : undefined),
    broker: roleOf('broker', broker),
  };
  return { roles, voters, heapMegabytes };
}

function readDefaults(reader: FieldReader | undefined): DefaultsForm {
  const read = (field: keyof DefaultsForm) => reader?.whole(field) ?? null;
  const defaults = {
    partitions: read('partitions'),
    replicationFactor: read('replicationFactor'),
    minInsyncReplicas: read('minInsyncReplicas'),
    retentionHours: read('retentionHours'),
    retentionBytes: read('retentionBytes'),
  };
  reader?.refuseUnknown();
  return defaults;
}

/** Values are text to Kafka, however they are written; one of null says as much as none. */
function readConfiguration(reader: FieldReader): Setting[] {
  const given = reader.value('configuration');
  if (given === undefined) return [];
  if (!isObject(given)) {
    reader.fault('configuration', 'must be an object');
    return [];
  }
  return Object.entries(given).flatMap(([key, value]) => {
    if (value === null) return [];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return [{ key, value: String(value) }];
    reader.fault(`configuration.${key}`, 'must be text, a number, true or false');
    return [];
  });
}

function readTopic(reader: FieldReader): TopicForm {
  const topic = {
    name: reader.text('name') ?? '',
    partitions: reader.whole('partitions') ?? null,
    replicationFactor: reader.whole('replicationFactor') ?? null,
    configuration: readConfiguration(reader),
  };
  reader.refuseUnknown();
  return topic;
}

function readAcl(reader: FieldReader): AclForm {
  const named = aclSubjects.filter((subject) => reader.value(subject) !== undefined);
  const [subject = 'topic'] = named;
  if (named.length !== 1)
    reader.fault(
      named.length === 0 ? '' : 'topic',
      named.length === 0 ? `needs one of ${aclSubjects.join(', ')}` : 'may be about one thing only',
    );
  if (subject === 'cluster' && reader.flag('cluster') === false) reader.fault('cluster', 'must be true');
  const name = named.length === 1 && subject !== 'cluster' ? (reader.text(subject) ?? '') : '';
  const operations = reader.texts('operations') ?? [];
  reader.refuseUnknown();
  return { subject, name, operations };
}

function readUser(reader: FieldReader): UserForm {
  if (reader.value('password') !== undefined)
    reader.fault('password', 'is given in its own field of the form, so that it is shown nowhere');
  const user = {
    name: reader.text('name') ?? '',
    acls: (reader.children('acls') ?? []).map(readAcl),
  };
  reader.refuseUnknown();
  return user;
}

function readRest(top: FieldReader): Spec {
  return Object.fromEntries(
    restFields.flatMap((field) => {
      const value = top.value(field);
      return value === undefined ? [] : [[field, value]];
    }),
  );
}

/** A spec as somebody wrote it, or as the server stores it. A password has no place in a document. */
export function formOfSpec(spec: unknown): ReadForm<KafkaForm> {
  if (!isObject(spec))
    return { form: null, faults: [{ path: '', message: 'must be a Kafka cluster with its fields' }] };
  const top = new FieldReader(spec, 'a Kafka cluster');
  top.choice('kind', [kafka.kind]);
  const type = top.choice('type', clusterTypes) ?? 'kafka-prod';
  const form: KafkaForm = {
    name: top.text('name') ?? '',
    type,
    region: top.text('region') ?? '',
    vpcUUID: top.text('vpcUUID') ?? '',
    enableTLS: top.flag('enableTLS') ?? type !== 'kafka-single',
    ...readRoles(top, type),
    version: top.text('version') ?? '',
    clientRanges: top.texts('clientRanges') ?? [],
    defaults: readDefaults(top.child('defaults')),
    topics: (top.children('topics') ?? []).map(readTopic),
    users: top.children('users')?.map(readUser) ?? null,
    reassignmentBytesPerSecond: top.whole('reassignmentBytesPerSecond') ?? null,
    prune: top.flag('prune') ?? false,
    heal: top.choice<Heal>('heal', ['none', 'safe', 'replace']) ?? 'safe',
    rest: readRest(top),
  };
  top.refuseUnknown();
  return top.faults.length === 0 ? { form, faults: [] } : { form: null, faults: top.faults };
}

export const kafkaFormat: SpecFormat<KafkaForm> = {
  kind: kafka.kind,
  roots: ['spec', 'clusters[0]'],
  write: specOfForm,
  read: formOfSpec,
};
