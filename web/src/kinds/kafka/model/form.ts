// What the form edits: a Kafka cluster's spec with every list present, so that inputs need no cases.
// The form, the YAML view and the API's request are three writings of the same spec.

import { plainNodes, type NodeForm, type RolesForm } from '../../../resource/form/roles';
import type { Heal } from '../../../resource/heal';
import type { KafkaType } from './types';

export const roles = ['controller', 'broker'] as const;
export type Role = (typeof roles)[number];

/** What only its nodes have. */
export interface OwnNode {
  /** Kafka's node.id; null lets Ashlar give one. */
  readonly number: number | null;
  /** Its rack; null: none. */
  readonly zone: string | null;
  /** Changes pass it by. */
  readonly held: boolean;
}

export const freeNode: OwnNode = { number: null, zone: null, held: false };

export type KafkaNodeForm = NodeForm<OwnNode>;

/** What topics have that do not say otherwise; null lets Ashlar decide. */
export interface DefaultsForm {
  readonly partitions: number | null;
  readonly replicationFactor: number | null;
  readonly minInsyncReplicas: number | null;
  readonly retentionHours: number | null;
  readonly retentionBytes: number | null;
}

export interface Setting {
  readonly key: string;
  readonly value: string;
}

export interface TopicForm {
  readonly name: string;
  readonly partitions: number | null;
  readonly replicationFactor: number | null;
  readonly configuration: readonly Setting[];
}

/** What permissions are about, and what each of them may allow. */
export const operationsOf = {
  topic: ['all', 'read', 'write', 'create', 'delete', 'alter', 'describe', 'describeConfigs', 'alterConfigs'],
  group: ['all', 'read', 'describe', 'delete', 'describeConfigs', 'alterConfigs'],
  transactionalId: ['all', 'write', 'describe'],
  cluster: [
    'all',
    'create',
    'alter',
    'describe',
    'describeConfigs',
    'alterConfigs',
    'clusterAction',
    'idempotentWrite',
  ],
} as const;

export type AclSubject = keyof typeof operationsOf;
export const aclSubjects = Object.keys(operationsOf) as AclSubject[];

export interface AclForm {
  readonly subject: AclSubject;
  /** One that ends in * stands for all that begin so. The cluster has none. */
  readonly name: string;
  readonly operations: readonly string[];
}

export interface UserForm {
  readonly name: string;
  readonly acls: readonly AclForm[];
}

export interface KafkaForm {
  readonly name: string;
  readonly type: KafkaType;
  readonly region: string;
  /** Empty: a VPC is made. */
  readonly vpcUUID: string;
  readonly enableTLS: boolean;
  /** Controllers are here only where they have machines of their own. */
  readonly roles: RolesForm<Role, OwnNode>;
  /** How many of the brokers vote, where controllers are among them; null lets Ashlar decide. */
  readonly voters: number | null;
  readonly heapMegabytes: Readonly<Record<Role, number | null>>;
  /** Empty: Ashlar's own. */
  readonly version: string;
  readonly clientRanges: readonly string[];
  readonly defaults: DefaultsForm;
  readonly topics: readonly TopicForm[];
  /** Null: one, client, who may use every topic and group. */
  readonly users: readonly UserForm[] | null;
  /** Of each broker, in and out; 0 is all of it, and null lets Ashlar decide. */
  readonly reassignmentBytesPerSecond: number | null;
  readonly prune: boolean;
  readonly heal: Heal;
  /** What the form shows no input for; kept as it was given and edited in the YAML view. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Fields of a spec that the form keeps without showing them. */
export const restFields = [
  'highestNodeNumber',
  'package',
  'dataDirectory',
  'configuration',
  'image',
  'power',
  'strategy',
  'passwordOverlapSeconds',
  'certificateDays',
] as const;

export const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] as const;

/** The one that there is when none is declared. */
export const usualUser: UserForm = {
  name: 'client',
  acls: (['topic', 'group', 'transactionalId'] as const).map((subject) => ({
    subject,
    name: '*',
    operations: ['all'],
  })),
};

export const noDefaults: DefaultsForm = {
  partitions: null,
  replicationFactor: null,
  minInsyncReplicas: null,
  retentionHours: null,
  retentionBytes: null,
};

export const newTopic: TopicForm = { name: '', partitions: null, replicationFactor: null, configuration: [] };

export const usualSizes: Readonly<Record<Role, string>> = {
  controller: 's-1vcpu-2gb',
  broker: 's-2vcpu-4gb',
};

/** A cluster that survives the loss of any one machine. */
export function newForm(): KafkaForm {
  const three = (role: Role) => ({
    size: usualSizes[role],
    nodes: plainNodes(role, 3, usualSizes[role], freeNode),
  });
  return {
    name: '',
    type: 'kafka-prod',
    region: '',
    vpcUUID: '',
    enableTLS: true,
    roles: { controller: three('controller'), broker: three('broker') },
    voters: null,
    heapMegabytes: { controller: null, broker: null },
    version: '',
    clientRanges: [...privateRanges],
    defaults: noDefaults,
    topics: [],
    users: null,
    reassignmentBytesPerSecond: null,
    prune: false,
    heal: 'safe',
    rest: {},
  };
}
