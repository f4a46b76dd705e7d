export type Direction = 'up' | 'down';

/** What the two directions are called. */
export const directions = {
  up: {
    action: 'upgrade',
    title: 'Upgrade',
    description: 'Larger machines, one at a time, while the others serve.',
    none: 'These nodes have the largest size that the region sells.',
  },
  down: {
    action: 'downgrade',
    title: 'Downgrade',
    description: 'Smaller machines, one at a time, to reduce costs. The data must fit into them.',
    none: 'These nodes have the smallest size that the region sells.',
  },
} as const;
