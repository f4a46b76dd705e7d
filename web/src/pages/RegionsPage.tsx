import SpaceBetween from '@cloudscape-design/components/space-between';
import { useGetRegionsQuery, useGetSizesQuery } from '../api/catalog';
import { Page } from '../parts/Page';
import { ProblemAlert } from '../parts/ProblemAlert';
import { RegionsTable } from './regions/RegionsTable';
import { SizesTable } from './regions/SizesTable';

/** What the provider sells, and where. */
export function RegionsPage() {
  const regions = useGetRegionsQuery();
  const sizes = useGetSizesQuery();
  return (
    <Page title="Regions and sizes" description="What machines can be made of, as the provider says it now.">
      <SpaceBetween size="l">
        <ProblemAlert error={regions.error} onRetry={() => void regions.refetch()} />
        <RegionsTable regions={regions.data ?? []} loading={regions.isLoading} />
        <ProblemAlert error={sizes.error} onRetry={() => void sizes.refetch()} />
        <SizesTable sizes={sizes.data ?? []} loading={sizes.isLoading} />
      </SpaceBetween>
    </Page>
  );
}
