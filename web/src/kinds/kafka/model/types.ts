// Short names for what the API says of Kafka clusters.

import type { components } from '../../../api/schema';
import type { DriftAnswer, Resource } from '../../../api/types';
import type { Strategy } from '../../../resource/resize/description';

type Schemas = components['schemas'];

export type KafkaType = Schemas['KafkaType'];

export const clusterTypes: readonly KafkaType[] = ['kafka-prod', 'kafka-cluster', 'kafka-single'];

/** What the contract says of every resource, or leaves open for this one. */
export type KafkaSpec = Schemas['KafkaSpec'] & {
  readonly strategy: Strategy;
  readonly clientRanges: readonly string[];
};
export type KafkaStatus = Omit<Schemas['KafkaStatus'], 'drift'> & { drift?: DriftAnswer['items'] };
export type KafkaNode = Schemas['KafkaNode'];
export type KafkaConnection = Schemas['KafkaConnection'];
export type KafkaResource = Resource<KafkaSpec, KafkaStatus>;
export type KafkaReassignment = Schemas['KafkaReassignment'];
export type KafkaTopic = NonNullable<KafkaStatus['topics']>[number];
export type KafkaGroup = NonNullable<KafkaStatus['consumerGroups']>[number];

/** Whom clients may log in as. */
export const userNames = ({ users }: Pick<KafkaSpec, 'users'>): string[] =>
  users.map(({ name }) => String(name));

/** A cluster's status once it has been observed; before that it is an empty object. */
export function statusOf({ status }: Pick<KafkaResource, 'status'>): KafkaStatus | null {
  return Array.isArray(status.nodes) ? (status as KafkaStatus) : null;
}

/** What the last look saw of machines that were being switched off is no news: they are meant to be off. */
function asStopped(status: KafkaStatus): KafkaStatus {
  return {
    ...status,
    power: 'off',
    problems: [],
    activeController: null,
    partitions: null,
    reassignment: null,
    nodes: status.nodes.map((node) => ({ ...node, state: 'off', error: null, leadsControllers: false })),
  };
}

/** As pages show it. */
export function shownStatus(resource: Pick<KafkaResource, 'state' | 'status'>): KafkaStatus | null {
  const status = statusOf(resource);
  return status !== null && resource.state === 'stopped' ? asStopped(status) : status;
}
