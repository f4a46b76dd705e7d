// What things of Kafka are called on screens.

import type { AclSubject, Role } from './form';
import type { KafkaType } from './types';

export const typeWords: Record<KafkaType, { label: string; description: string }> = {
  'kafka-prod': {
    label: 'Production',
    description: 'Controllers on machines of their own, beside the brokers. Any one machine may be lost.',
  },
  'kafka-cluster': {
    label: 'Cluster',
    description: 'Three brokers or more, some of which are controllers, too. Any one machine may be lost.',
  },
  'kafka-single': {
    label: 'Single node',
    description:
      'One machine that is broker and controller, for development. It is gone while its machine is.',
  },
};

export const roleTitles: Record<Role, string> = { controller: 'Controllers', broker: 'Brokers' };

export const subjectWords: Record<AclSubject, string> = {
  topic: 'Topic',
  group: 'Consumer group',
  transactionalId: 'Transactional id',
  cluster: 'The cluster',
};
