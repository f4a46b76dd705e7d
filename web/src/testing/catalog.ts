// What a provider sells, as the API answers it.

import type { Region, Size } from '../api/types';

export function makeSize(slug: string, vcpus: number, gib: number, usd: number): Size {
  return {
    slug,
    vcpus,
    memoryBytes: gib * 2 ** 30,
    diskBytes: 25 * 2 ** 30,
    priceMonthlyUsd: usd,
    priceHourlyUsd: usd / 672,
    regions: ['nyc1', 'ams3'],
    available: true,
  };
}

export const kSizes: Size[] = [
  makeSize('s-4vcpu-8gb', 4, 8, 48),
  makeSize('s-1vcpu-1gb', 1, 1, 6),
  makeSize('s-2vcpu-4gb', 2, 4, 24),
  makeSize('s-2vcpu-2gb', 2, 2, 18),
];

const region: Region = { slug: 'nyc1', name: 'New York 1', sizes: [], features: [], available: true };

/** What every form asks for. */
export const catalogAnswers = {
  'GET /api/global/digitalocean/regions': () => ({ body: { items: [region], next: null } }),
  'GET /api/global/digitalocean/sizes': () => ({ body: { items: kSizes, next: null } }),
};
