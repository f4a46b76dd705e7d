import PropertyFilter from '@cloudscape-design/components/property-filter';
import { useGetRegionsQuery } from '../../api/catalog';
import type { ServerSummaryPage } from '../../api/types';
import { formatCount } from '../../parts/format';
import { usePermission } from '../../state/usePermission';
import type { ListDescription } from './description';
import { filteringOptions, filteringProperties } from './filter';
import type { View } from './view';

interface Props {
  list: Pick<ListDescription, 'noun' | 'filters'>;
  view: View;
  onView: (view: View) => void;
  page: ServerSummaryPage | undefined;
}

/** What of the list is shown; the server filters. */
export function ResourceFilter({ list: { noun, filters }, view, onView, page }: Props) {
  const { may } = usePermission();
  const regions = useGetRegionsQuery(undefined, { skip: !may('catalog:read') }).data;
  const versions = [...new Set(page?.items.flatMap(({ version }) => version?.split(',') ?? []))].map((v) =>
    v.trim(),
  );
  return (
    <PropertyFilter
      query={view.query}
      onChange={({ detail }) => onView({ ...view, query: detail })}
      filteringProperties={filteringProperties(filters)}
      filteringOptions={filteringOptions(
        filters,
        regions?.map(({ slug }) => slug) ?? [],
        [...new Set(versions)].sort(),
      )}
      hideOperations
      countText={page ? formatCount(page.total, 'match', 'matches') : ''}
      filteringPlaceholder="Find by name, status, region, …"
      filteringAriaLabel={`Find ${noun.many}`}
    />
  );
}
