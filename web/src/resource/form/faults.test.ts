import { expect, it } from 'vitest';
import { faultAt, faultMap, faultsBeside, specPath } from './faults';

const roots = ['spec', 'abaci[0]'];

it('of plans, deploys and patches are of the same field', () => {
  for (const prefix of ['spec.', 'abaci[0].', '']) {
    const map = faultMap([{ path: `${prefix}region`, message: 'is not a region' }], roots);
    expect(faultAt(map, 'region')).toBe('is not a region');
  }
});

it('of the whole spec have no path', () => {
  expect(specPath('spec', roots)).toBe('');
  expect(specPath('specials', roots)).toBe('specials');
});

it('of one field are one message', () => {
  const map = faultMap([
    { path: 'name', message: 'must be short' },
    { path: 'name', message: 'must be lower-case' },
  ]);
  expect(map.get('name')).toBe('must be short; must be lower-case');
});

it("of a list's entries are shown at the list", () => {
  const map = faultMap([{ path: 'spec.rods[1]', message: 'must be straight' }], roots);
  expect(faultAt(map, 'rods', true)).toBe('[1] must be straight');
  expect(faultAt(map, 'rods')).toBeUndefined();
});

it('without a field are not lost', () => {
  const map = faultMap([
    { path: 'name', message: 'is required' },
    { path: 'colour', message: 'is unknown' },
  ]);
  expect(faultsBeside(map, (path) => path === 'name')).toEqual([{ path: 'colour', message: 'is unknown' }]);
});
