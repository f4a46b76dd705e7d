// Partitions that are not as they should be. Pure.

import type { KafkaStatus } from './types';

type Partitions = NonNullable<KafkaStatus['partitions']>;

/** What is wrong with how many; a partition without a leader may lack replicas, too. */
export function partitionTroubles({ offline, underReplicated }: Partitions): string[] {
  return [
    ...(offline.count > 0 ? [`${offline.count} offline`] : []),
    ...(underReplicated.count > 0 ? [`${underReplicated.count} under-replicated`] : []),
  ];
}

/** `orders-3, orders-4 and 5 others`. */
export function namedPartitions({ count, named }: Partitions['offline']): string {
  const others = count - named.length;
  if (others <= 0) return named.join(', ');
  return `${named.join(', ')} and ${others} ${others === 1 ? 'other' : 'others'}`;
}
