import { expect, test } from 'vitest';
import { filteringOptions, filteringProperties, parametersOf, type Query } from './filter';

const query = (...tokens: Query['tokens']): Query => ({ operation: 'and', tokens });

test('several values of one property, in one token or in several, are one list', () => {
  expect(
    parametersOf(
      query(
        { propertyKey: 'state', operator: '=', value: ['active', 'degraded'] },
        { propertyKey: 'state', operator: '=', value: ['degraded', 'failed'] },
        { propertyKey: 'region', operator: '=', value: 'nyc1' },
      ),
    ),
  ).toEqual({ state: ['active', 'degraded', 'failed'], region: ['nyc1'] });
});

test('text without a property looks in names, and the last one counts', () => {
  expect(
    parametersOf(
      query({ operator: ':', value: 'prod' }, { propertyKey: 'name', operator: ':', value: 'beads' }),
    ),
  ).toEqual({ name: 'beads' });
});

test('nothing asked, nothing sent', () => {
  expect(parametersOf(query())).toEqual({});
});

test('of several kinds the last one counts, too', () => {
  expect(
    parametersOf(
      query(
        { propertyKey: 'kind', operator: '=', value: 'abacus' },
        { propertyKey: 'kind', operator: '=', value: 'sundial' },
      ),
    ),
  ).toEqual({ kind: 'sundial' });
});

test('every option belongs to a property that can be filtered by', () => {
  const filters = { kinds: [{ value: 'abacus', label: 'Abaci' }], types: ['school'] };
  const keys = new Set(filteringProperties(filters).map(({ key }) => key));
  const options = filteringOptions(filters, ['nyc1'], ['7.0.15']);
  expect(options).toContainEqual({ propertyKey: 'region', value: 'nyc1' });
  expect(options).toContainEqual({ propertyKey: 'kind', value: 'abacus', label: 'Abaci' });
  expect(options.every(({ propertyKey }) => keys.has(propertyKey))).toBe(true);
});

test('kinds and types are properties only where there are some', () => {
  const keys = filteringProperties({}).map(({ key }) => key);
  expect(keys).toEqual(['state', 'health', 'region', 'version', 'name']);
});
