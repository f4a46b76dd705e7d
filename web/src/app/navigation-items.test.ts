import { expect, test } from 'vitest';
import { abacus } from '../resource/testing/abacus';
import { hrefsOf, navigationItems } from './navigation-items';

test('every kind has its entry below the resources, and what is administered comes last', () => {
  expect(hrefsOf(navigationItems([abacus, { ...abacus, path: '/sundials' }]))).toEqual([
    '/resources',
    '/abaci',
    '/sundials',
    '/operations',
    '/regions',
    '/settings',
  ]);
});
