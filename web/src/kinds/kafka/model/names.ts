import type { KindNames } from '../../../resource/kind';

export const kafka: KindNames = {
  kind: 'kafka',
  title: { one: 'Kafka cluster', many: 'Kafka clusters' },
  noun: { one: 'cluster', many: 'clusters' },
  description: 'Logs of records that many write and many read, kept on several machines at once.',
  collection: '/infrastructure/kafka',
  path: '/kafka',
};
