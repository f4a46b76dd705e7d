import type { FormDescription } from '../../../resource/form/description';
import { nodeCount, sizesOf } from '../../../resource/form/roles';
import { monthlyUsdOf } from '../../../resource/form/sizes';
import { patchOf, rebase } from '../model/changes';
import { newForm, type RedisForm } from '../model/form';
import { redis } from '../model/names';
import { isShown } from '../model/shown';
import { redisFormat } from '../model/spec';
import { ClusterFields } from './ClusterFields';

export const clusterForm: FormDescription<RedisForm> = {
  names: redis,
  format: redisFormat,
  newForm,
  newSecrets: { systemPassword: null },
  updateHint: 'Change nodes, networks and policies. Without a change, an update repairs nodes that failed.',
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
