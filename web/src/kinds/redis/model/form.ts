// What the form edits: a Redis cluster's spec with every list present, so that inputs need no cases.
// The form, the YAML view and the API's request are three writings of the same spec.

import type { Heal } from '../../../resource/heal';
import * as roles from '../../../resource/form/roles';

export const kRoles = ['master', 'replica', 'sentinel'] as const;
export type Role = (typeof kRoles)[number];
export type ClusterType = 'sentinel' | 'single';
export type Persistence = 'none' | 'rdb' | 'aof';

export const kDeploymentTypes = {
  single: ['redis-single', 'redis-prod-single'],
  sentinel: ['redis-sentinel-cluster-1', 'redis-sentinel-prod'],
} as const satisfies Record<ClusterType, readonly string[]>;

/** What only its nodes have. */
export interface OwnNode {
  /** Number of its replication group; null lets the server deal it. */
  readonly group: number | null;
}

export const freeNode: OwnNode = { group: null };

export type NodeForm = roles.NodeForm<OwnNode>;

export interface RedisForm {
  readonly name: string;
  readonly type: ClusterType;
  /** Null: what targetClusters or the type say. */
  readonly deploymentType: string | null;
  readonly targetClusters: readonly string[];
  readonly region: string;
  /** Empty: a VPC is made. */
  readonly vpcUUID: string;
  readonly enableTLS: boolean;
  readonly roles: roles.RolesForm<Role, OwnNode>;
  readonly clientRanges: readonly string[];
  /** Null: what suits the deployment type. */
  readonly persistence: Persistence | null;
  readonly heal: Heal;
  /** What the form shows no input for; kept as it was given and edited in the YAML view. */
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Fields of a spec that the form keeps without showing them. */
export const kRestFields = [
  'maxMemoryPolicy',
  'downAfterMilliseconds',
  'image',
  'packageVersion',
  'power',
  'connection',
  'clientRights',
  'strategy',
  'passwordOverlapSeconds',
  'certificateDays',
] as const;

export const kPrivateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] as const;

const plainRole = (role: Role, size: string) => ({ size, nodes: roles.plainNodes(role, 3, size, freeNode) });

/** The cluster that the seed's quick start sets up: three of each, encrypted. */
export function newForm(): RedisForm {
  return {
    name: '',
    type: 'sentinel',
    deploymentType: null,
    targetClusters: ['redis-sentinel-cluster-1'],
    region: '',
    vpcUUID: '',
    enableTLS: true,
    roles: {
      master: plainRole('master', 's-2vcpu-4gb'),
      replica: plainRole('replica', 's-2vcpu-4gb'),
      sentinel: plainRole('sentinel', 's-1vcpu-1gb'),
    },
    clientRanges: [...kPrivateRanges],
    persistence: null,
    heal: 'safe',
    rest: {},
  };
}

/** The deployment type that the server will choose. */
export function deploymentTypeOf(form: RedisForm): string {
  if (form.deploymentType !== null) return form.deploymentType;
  const known: readonly string[] = [...kDeploymentTypes.single, ...kDeploymentTypes.sentinel];
  return (
    form.targetClusters.find((label) => known.includes(label)) ??
    (form.type === 'sentinel' ? 'redis-sentinel-cluster-1' : 'redis-single')
  );
}

export function isProduction(form: RedisForm): boolean {
  return ['redis-prod-single', 'redis-sentinel-prod'].includes(deploymentTypeOf(form));
}
