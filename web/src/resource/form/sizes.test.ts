import { expect, it } from 'vitest';
import { kSizes } from '../../testing/catalog';
import { monthlyUsdOf, reachable, sizesIn } from './sizes';

it('are those of the region, smallest first', () => {
  expect(sizesIn(kSizes, 'nyc1').map(({ slug }) => slug)).toEqual([
    's-1vcpu-1gb',
    's-2vcpu-2gb',
    's-2vcpu-4gb',
    's-4vcpu-8gb',
  ]);
  expect(sizesIn(kSizes, 'sgp1')).toEqual([]);
});

it('add up, and unknown ones give no sum', () => {
  expect(monthlyUsdOf(['s-1vcpu-1gb', 's-1vcpu-1gb', 's-2vcpu-4gb'], kSizes)).toBe(36);
  expect(monthlyUsdOf([], kSizes)).toBe(0);
  expect(monthlyUsdOf(['s-1vcpu-1gb', 's-unknown'], kSizes)).toBeNull();
});

it('can be reached in one direction only', () => {
  const slugs = (direction: 'up' | 'down') =>
    reachable(sizesIn(kSizes, 'nyc1'), kSizes, ['s-2vcpu-4gb', 's-2vcpu-2gb'], direction).map(
      ({ slug }) => slug,
    );
  expect(slugs('up')).toEqual(['s-2vcpu-4gb', 's-4vcpu-8gb']);
  expect(slugs('down')).toEqual(['s-1vcpu-1gb', 's-2vcpu-2gb']);
});
