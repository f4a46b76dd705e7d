import type { Resource } from '../../api/types';
import type { KindNames } from '../kind';

/** Whether machines are resized or others take their place. */
export type Strategy = 'in-place' | 'replace';

/** Nodes of one role, which are resized together. */
export interface RoleToResize {
  readonly role: string;
  /** As in "Master nodes". */
  readonly title: string;
  /** The present size of each of its nodes. */
  readonly sizes: readonly string[];
}

/** What a kind adds to the page on which its resources are given larger or smaller machines. */
export interface ResizeDescription<Spec extends object, Status extends object> {
  readonly names: KindNames;
  readonly regionOf: (resource: Resource<Spec, Status>) => string;
  readonly strategyOf: (resource: Resource<Spec, Status>) => Strategy;
  /** Roles that have nodes, in the order in which they are shown. */
  readonly rolesOf: (resource: Resource<Spec, Status>) => readonly RoleToResize[];
}
