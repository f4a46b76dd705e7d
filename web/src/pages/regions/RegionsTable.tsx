import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { Region } from '../../api/types';

const columns: TableProps.ColumnDefinition<Region>[] = [
  {
    id: 'slug',
    header: 'Region',
    cell: (region) => <code>{region.slug}</code>,
    sortingField: 'slug',
    isRowHeader: true,
  },
  { id: 'name', header: 'Place', cell: (region) => region.name, sortingField: 'name' },
  {
    id: 'available',
    header: 'New machines',
    cell: ({ available }) => (
      <StatusIndicator type={available ? 'success' : 'stopped'}>
        {available ? 'Possible' : 'Not possible now'}
      </StatusIndicator>
    ),
  },
  {
    id: 'sizes',
    header: 'Sizes',
    cell: (region) => region.sizes.length,
    sortingComparator: (one, other) => one.sizes.length - other.sizes.length,
  },
];

export function RegionsTable({ regions, loading }: { regions: Region[]; loading: boolean }) {
  const { items, collectionProps } = useCollection(regions, {
    sorting: { defaultState: { sortingColumn: columns[0] as TableProps.SortingColumn<Region> } },
  });
  return (
    <Table
      {...collectionProps}
      items={items}
      columnDefinitions={columns}
      trackBy="slug"
      loading={loading}
      loadingText="Asking the provider for its regions"
      header={
        <Header variant="h2" counter={loading ? '' : `(${regions.length})`}>
          Regions
        </Header>
      }
      empty={<Box textAlign="center">The provider named no region.</Box>}
      ariaLabels={{ tableLabel: 'Regions' }}
    />
  );
}
