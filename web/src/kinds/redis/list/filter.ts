import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import type { ServerQuery } from '../../../api/servers';
import type { ServerState } from '../../../api/types';

export type Query = PropertyFilterProps.Query;

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

const oneOf = { operators: [{ operator: '=', tokenType: 'enum' as const }] };

/** What clusters can be filtered by. Each takes several values in one go; text without a property looks in names. */
export const filteringProperties: readonly PropertyFilterProps.FilteringProperty[] = [
  { key: 'state', propertyLabel: 'Status', groupValuesLabel: 'Statuses', ...oneOf },
  { key: 'health', propertyLabel: 'Health', groupValuesLabel: 'Healths', ...oneOf },
  { key: 'type', propertyLabel: 'Type', groupValuesLabel: 'Types', ...oneOf },
  { key: 'region', propertyLabel: 'Region', groupValuesLabel: 'Regions', ...oneOf },
  { key: 'version', propertyLabel: 'Version', groupValuesLabel: 'Versions', ...oneOf },
  { key: 'name', propertyLabel: 'Name', groupValuesLabel: 'Names', operators: [':'] },
].map((property) => ({ ...property, operators: [...property.operators] }));

export function filteringOptions(
  regions: readonly string[],
  versions: readonly string[],
): PropertyFilterProps.FilteringOption[] {
  const options = (propertyKey: string, values: readonly string[]) =>
    values.map((value) => ({ propertyKey, value }));
  return [
    ...options('state', states),
    ...options('health', ['healthy', 'degraded', 'down']),
    ...options('type', ['sentinel', 'single']),
    ...options('region', regions),
    ...options('version', versions),
  ];
}

type Listed = 'state' | 'health' | 'type' | 'region' | 'version';
const listed: readonly Listed[] = ['state', 'health', 'type', 'region', 'version'];

/** The API's parameters for what was asked. Several tokens of one property mean any of their values; of several
 *  names the last one counts, since a name cannot be looked for twice. */
export function parametersOf({ tokens }: Query): ServerQuery {
  const found: Partial<Record<Listed, string[]>> & { name?: string } = {};
  for (const { propertyKey, value } of tokens) {
    const values = (Array.isArray(value) ? value : [value]).map(String);
    if (listed.includes(propertyKey as Listed)) {
      const key = propertyKey as Listed;
      found[key] = [...new Set([...(found[key] ?? []), ...values])];
    } else {
      found.name = values.at(-1) ?? '';
    }
  }
  return found as ServerQuery;
}
