import type { FormDescription } from '../../../resource/form/description';
import { nodeCount, sizesOf } from '../../../resource/form/roles';
import { monthlyUsdOf } from '../../../resource/form/sizes';
import { patchOf, rebase } from '../model/changes';
import { newForm, type KafkaForm } from '../model/form';
import { kafka } from '../model/names';
import { withPasswords } from '../model/secrets';
import { isShown } from '../model/shown';
import { kafkaFormat } from '../model/spec';
import { ClusterFields } from './ClusterFields';

export const clusterForm: FormDescription<KafkaForm> = {
  names: kafka,
  format: kafkaFormat,
  newForm,
  newSecrets: {},
  withSecrets: withPasswords,
  updateHint:
    'Change nodes, topics, users and networks. Without a change, an update repairs nodes that failed.',
  Fields: ClusterFields,
  isShown,
  sumOf: ({ roles }, sizes) => ({
    machines: nodeCount(roles),
    monthlyUsd: monthlyUsdOf(sizesOf(roles), sizes),
  }),
  deployBody: (cluster) => ({ clusters: [cluster] }),
  patchOf,
  rebase,
};
