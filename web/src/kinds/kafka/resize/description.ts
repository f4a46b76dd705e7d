import type { ResizeDescription } from '../../../resource/resize/description';
import { roles } from '../model/form';
import { kafka } from '../model/names';
import { roleTitles } from '../model/words';
import type { KafkaSpec, KafkaStatus } from '../model/types';

export const clusterResize: ResizeDescription<KafkaSpec, KafkaStatus> = {
  names: kafka,
  regionOf: ({ spec }) => spec.region,
  strategyOf: ({ spec }) => spec.strategy,
  // Controllers that are among the brokers have no machines to resize.
  rolesOf: ({ spec }) =>
    roles
      .map((role) => ({
        role,
        title: roleTitles[role],
        sizes: (spec.desiredState.roles[role].nodes ?? []).map(({ size }) => size),
      }))
      .filter(({ sizes }) => sizes.length > 0),
};
