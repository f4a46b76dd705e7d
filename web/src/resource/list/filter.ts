import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import type { ServerQuery } from '../../api/servers';
import type { ServerState } from '../../api/types';
import type { ListFilters } from './description';

export type Query = PropertyFilterProps.Query;

type Property = PropertyFilterProps.FilteringProperty;
type Option = PropertyFilterProps.FilteringOption;

const states: readonly ServerState[] = [
  'pending',
  'deploying',
  'active',
  'degraded',
  'updating',
  'stopped',
  'deleting',
  'failed',
];

/** Takes several values in one go. */
const listOf = (key: string, propertyLabel: string, groupValuesLabel: string): Property => ({
  key,
  propertyLabel,
  groupValuesLabel,
  operators: [{ operator: '=', tokenType: 'enum' }],
});

/** Of several, the last one counts. */
const oneOf = (
  key: string,
  propertyLabel: string,
  groupValuesLabel: string,
  operator: '=' | ':',
): Property => ({
  key,
  propertyLabel,
  groupValuesLabel,
  operators: [operator],
});

/** What a list can be filtered by. Text without a property looks in names. */
export function filteringProperties({ kinds, types }: ListFilters): Property[] {
  return [
    ...(kinds === undefined ? [] : [oneOf('kind', 'Kind', 'Kinds', '=')]),
    listOf('state', 'Status', 'Statuses'),
    listOf('health', 'Health', 'Healths'),
    ...(types === undefined ? [] : [listOf('type', 'Type', 'Types')]),
    listOf('region', 'Region', 'Regions'),
    listOf('version', 'Version', 'Versions'),
    oneOf('name', 'Name', 'Names', ':'),
  ];
}

export function filteringOptions(
  { kinds = [], types = [] }: ListFilters,
  regions: readonly string[],
  versions: readonly string[],
): Option[] {
  const options = (propertyKey: string, values: readonly string[]) =>
    values.map((value) => ({ propertyKey, value }));
  return [
    ...kinds.map((choice) => ({ propertyKey: 'kind', ...choice })),
    ...options('state', states),
    ...options('health', ['healthy', 'degraded', 'down']),
    ...options('type', types),
    ...options('region', regions),
    ...options('version', versions),
  ];
}

type Listed = 'state' | 'health' | 'type' | 'region' | 'version';
const listed: readonly Listed[] = ['state', 'health', 'type', 'region', 'version'];

/** The API's parameters for what was asked. Several tokens of one property mean any of their values; of several
 *  names the last one counts, since a name cannot be looked for twice, and so it is with kinds. */
export function parametersOf({ tokens }: Query): ServerQuery {
  const found: Partial<Record<Listed, string[]>> & { name?: string; kind?: string } = {};
  for (const { propertyKey, value } of tokens) {
    const values = (Array.isArray(value) ? value : [value]).map(String);
    if (listed.includes(propertyKey as Listed)) {
      const key = propertyKey as Listed;
      found[key] = [...new Set([...(found[key] ?? []), ...values])];
    } else {
      found[propertyKey === 'kind' ? 'kind' : 'name'] = values.at(-1) ?? '';
    }
  }
  return found as ServerQuery;
}
