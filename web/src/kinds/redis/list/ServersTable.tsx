import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import PropertyFilter from '@cloudscape-design/components/property-filter';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { memo, useMemo, useState } from 'react';
import { useGetRegionsQuery } from '../../../api/catalog';
import type { ServerSummaryPage } from '../../../api/types';
import { usePermission } from '../../../app/usePermission';
import { formatCount } from '../../../parts/format';
import type { useCursorPages } from '../../../parts/useCursorPages';
import { columnsFor } from './columns';
import { filteringOptions, filteringProperties } from './filter';
import { ServerActions } from './ServerActions';
import type { Overlay } from './ServerDialogs';
import { usualView, type Sort, type View } from './view';

interface Props {
  view: View;
  onView: (view: View) => void;
  page: ServerSummaryPage | undefined;
  loading: boolean;
  pages: ReturnType<typeof useCursorPages>;
  onRefresh: () => void;
  onSettings: () => void;
  onOverlay: (overlay: Overlay) => void;
}

const nothing: ServerSummaryPage['items'] = [];

export const ServersTable = memo(function ServersTable({
  view,
  onView,
  page,
  loading,
  pages,
  onRefresh,
  onSettings,
  onOverlay,
}: Props) {
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const items = page?.items ?? nothing;
  const selected = items.find(({ id }) => id === selectedId);
  const columns = useMemo(() => columnsFor((id) => onOverlay({ what: 'operation', id })), [onOverlay]);
  const total = page?.total ?? 0;
  return (
    <Table
      items={items}
      columnDefinitions={columns}
      columnDisplay={columns.map(({ id }) => ({ id, visible: view.columns.includes(id) }))}
      trackBy="id"
      loading={loading}
      loadingText="Loading clusters"
      stickyHeader
      stickyHeaderVerticalOffset={57}
      selectionType="single"
      selectedItems={selected ? [selected] : []}
      onSelectionChange={({ detail }) => setSelectedId(detail.selectedItems[0]?.id ?? null)}
      onRowClick={({ detail }) => setSelectedId(detail.item.id)}
      sortingColumn={{ sortingField: view.sort }}
      sortingDescending={view.descending}
      onSortingChange={({ detail }) =>
        onView({
          ...view,
          sort: (detail.sortingColumn.sortingField ?? usualView.sort) as Sort,
          descending: detail.isDescending ?? false,
        })
      }
      header={
        <Header
          variant="h2"
          counter={page ? `(${total.toLocaleString('en-US')})` : ''}
          actions={
            <ServerActions
              server={selected}
              onRefresh={onRefresh}
              onAction={(server, action) => onOverlay({ what: 'action', server, action })}
            />
          }
        >
          Clusters
        </Header>
      }
      filter={<Filter view={view} onView={onView} page={page} />}
      pagination={
        <Pagination
          currentPageIndex={pages.page}
          pagesCount={pages.pagesSeen}
          openEnd={page?.next != null}
          disabled={page === undefined}
          onChange={({ detail }) => pages.goTo(detail.currentPageIndex, page?.next ?? null)}
        />
      }
      preferences={
        <Button iconName="settings" variant="icon" ariaLabel="View: columns and rows" onClick={onSettings} />
      }
      empty={
        <Box textAlign="center" padding="l">
          <SpaceBetween size="s">
            <Box>No cluster matches.</Box>
            <Button onClick={() => onView({ ...view, query: usualView.query })}>Show all</Button>
          </SpaceBetween>
        </Box>
      }
      ariaLabels={{
        tableLabel: 'Redis clusters',
        selectionGroupLabel: 'Choose a cluster',
        itemSelectionLabel: (_selection, server) => server.name,
      }}
    />
  );
});

function Filter({ view, onView, page }: Pick<Props, 'view' | 'onView' | 'page'>) {
  const { may } = usePermission();
  const regions = useGetRegionsQuery(undefined, { skip: !may('catalog:read') }).data;
  const versions = [...new Set(page?.items.flatMap(({ version }) => version?.split(',') ?? []))].map((v) =>
    v.trim(),
  );
  return (
    <PropertyFilter
      query={view.query}
      onChange={({ detail }) => onView({ ...view, query: detail })}
      filteringProperties={filteringProperties}
      filteringOptions={filteringOptions(
        regions?.map(({ slug }) => slug) ?? [],
        [...new Set(versions)].sort(),
      )}
      hideOperations
      countText={page ? formatCount(page.total, 'match', 'matches') : ''}
      filteringPlaceholder="Find by name, status, region, …"
      filteringAriaLabel="Find clusters"
    />
  );
}
