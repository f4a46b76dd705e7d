// What sizes cost and how they compare.

import type { Size } from '../../api/types';

export function findSize(sizes: readonly Size[], slug: string): Size | undefined {
  return sizes.find((size) => size.slug === slug);
}

/** The sizes that a region sells, smallest first. */
export function sizesIn(sizes: readonly Size[], region: string): Size[] {
  return sizes
    .filter((size) => size.available && (region === '' || size.regions.includes(region)))
    .sort(compareSizes);
}

/** By memory, then by processors: the order in which an upgrade goes up. */
export function compareSizes(one: Size, other: Size): number {
  return one.memoryBytes - other.memoryBytes || one.vcpus - other.vcpus;
}

/** What machines of the given sizes cost together; null while a size is unknown. */
export function monthlyUsdOf(slugs: readonly string[], sizes: readonly Size[]): number | null {
  let sum = 0;
  for (const slug of slugs) {
    const size = findSize(sizes, slug);
    if (size === undefined) return null;
    sum += size.priceMonthlyUsd;
  }
  return sum;
}

/** The sizes to which every given node can go in one direction, and at least one really goes. */
export function reachable(
  offered: readonly Size[],
  all: readonly Size[],
  present: readonly string[],
  direction: 'up' | 'down',
): Size[] {
  const known = present.flatMap((slug) => findSize(all, slug) ?? []);
  return offered.filter((size) => {
    if (present.every((slug) => slug === size.slug)) return false;
    return known.every((from) =>
      direction === 'up' ? compareSizes(size, from) >= 0 : compareSizes(size, from) <= 0,
    );
  });
}
