import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import type { Size } from '../../api/types';
import { Bytes } from '../../parts/Bytes';
import { Money } from '../../parts/Money';

const byPrice: TableProps.SortingColumn<Size> = { sortingField: 'priceMonthlyUsd' };

const columns: TableProps.ColumnDefinition<Size>[] = [
  {
    id: 'slug',
    header: 'Size',
    cell: (size) => <code>{size.slug}</code>,
    sortingField: 'slug',
    isRowHeader: true,
  },
  { id: 'vcpus', header: 'vCPUs', cell: (size) => size.vcpus, sortingField: 'vcpus' },
  {
    id: 'memory',
    header: 'Memory',
    cell: (size) => <Bytes bytes={size.memoryBytes} />,
    sortingField: 'memoryBytes',
  },
  { id: 'disk', header: 'Disk', cell: (size) => <Bytes bytes={size.diskBytes} />, sortingField: 'diskBytes' },
  { id: 'monthly', header: 'A month', cell: (size) => <Money usd={size.priceMonthlyUsd} />, ...byPrice },
  {
    id: 'hourly',
    header: 'An hour',
    cell: (size) => `$${size.priceHourlyUsd.toFixed(5)}`,
    sortingField: 'priceHourlyUsd',
  },
  { id: 'regions', header: 'Regions', cell: (size) => size.regions.join(', ') || 'none' },
];

export function SizesTable({ sizes, loading }: { sizes: Size[]; loading: boolean }) {
  const { items, collectionProps, filterProps, filteredItemsCount } = useCollection(sizes, {
    sorting: { defaultState: { sortingColumn: byPrice } },
    filtering: {
      fields: ['slug', 'regions'],
      noMatch: <Box textAlign="center">No size matches.</Box>,
      empty: <Box textAlign="center">The provider named no size.</Box>,
    },
  });
  return (
    <Table
      {...collectionProps}
      items={items}
      columnDefinitions={columns}
      trackBy="slug"
      loading={loading}
      loadingText="Asking the provider for its sizes"
      header={
        <Header variant="h2" counter={loading ? '' : `(${sizes.length})`} description="Prices in US dollars">
          Sizes
        </Header>
      }
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder="Find by size or region"
          filteringAriaLabel="Find by size or region"
          filteringClearAriaLabel="Clear"
          countText={`${filteredItemsCount ?? 0} found`}
        />
      }
      ariaLabels={{ tableLabel: 'Sizes' }}
    />
  );
}
