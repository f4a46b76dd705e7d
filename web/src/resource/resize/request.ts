// What is asked of an upgrade or a downgrade. Pure.

import { formatCount } from '../../parts/format';
import type { Strategy } from './description';

/** New sizes by role; a role without one stays as it is. */
export type ChosenSizes = Readonly<Record<string, string>>;

/** An empty size leaves the role as it is. */
export function withChoice(chosen: ChosenSizes, role: string, size: string): ChosenSizes {
  const others = Object.entries(chosen).filter(([one]) => one !== role);
  return Object.fromEntries(size === '' ? others : [...others, [role, size]]);
}

export interface ResizeRequest {
  readonly roles: Readonly<Record<string, { size: string }>>;
  readonly strategy: Strategy;
}

export function requestOf(chosen: ChosenSizes, strategy: Strategy): ResizeRequest {
  const roles = Object.fromEntries(Object.entries(chosen).map(([role, size]) => [role, { size }]));
  return { roles, strategy };
}

/** The field of the request that a fault of a role's new size has. */
export const sizePath = (role: string): string => `roles.${role}.size`;

/** `2 nodes of s-1vcpu-1gb, 1 node of s-2vcpu-4gb`. */
export function sizesInWords(sizes: readonly string[]): string {
  const words = [...new Set(sizes)].map((slug) => {
    const count = sizes.filter((one) => one === slug).length;
    return `${formatCount(count, 'node')} of ${slug}`;
  });
  return words.join(', ');
}
