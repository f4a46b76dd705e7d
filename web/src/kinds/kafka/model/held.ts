// Nodes that are held out of changes. Pure.

import type { DriftAnswer } from '../../../api/types';
import type { Spec } from '../../../resource/form/format';
import type { KafkaSpec } from './types';

const rolesOf = ({ desiredState }: KafkaSpec) => Object.entries(desiredState.roles);

export const heldNodes = (spec: KafkaSpec): ReadonlySet<string> =>
  new Set(
    rolesOf(spec).flatMap(([, { nodes = [] }]) => nodes.filter(({ held }) => held).map(({ id }) => id)),
  );

/** The merge patch that holds a node, or lets it go; null when the spec has no such node. A list of nodes is replaced as
 *  a whole, so that it names them all. */
export function holdPatch(spec: KafkaSpec, id: string, held: boolean): Spec | null {
  const found = rolesOf(spec).find(([, { nodes = [] }]) => nodes.some((node) => node.id === id));
  if (found === undefined) return null;
  const [role, { nodes = [] }] = found;
  const changed = nodes.map((node) => (node.id === id ? { ...node, held } : node));
  return { desiredState: { roles: { [role]: { nodes: changed } } } };
}

/** What ends while a node is held, and only letting it go mends. */
export const endingCertificates = (drift: DriftAnswer['items']): string[] =>
  drift
    .filter(({ what, heals }) => what === 'certificate-expiring' && heals === 'none')
    .map(({ message }) => message);
