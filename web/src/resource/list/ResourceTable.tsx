import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { lazy, memo, Suspense, useMemo, useState } from 'react';
import type { ServerSummary, ServerSummaryPage } from '../../api/types';
import { capital } from '../../parts/format';
import type { useCursorPages } from '../../parts/useCursorPages';
import type { ListColumn, ListDescription, Sort } from './description';
import { ListActions } from './ListActions';
import type { Overlay } from './ListDialogs';
import { nameId, usualView, type View } from './view';

// As much as the rest of the page, and of no use before there are lines to filter.
const ResourceFilter = lazy(async () => ({ default: (await import('./ResourceFilter')).ResourceFilter }));

interface Props {
  list: ListDescription;
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

function definitionOf(
  { id, header, sort, cell }: ListColumn,
  openOperation: (id: string) => void,
): TableProps.ColumnDefinition<ServerSummary> {
  return {
    id,
    header,
    cell: (resource) => cell(resource, openOperation),
    isRowHeader: id === nameId,
    ...(sort === undefined ? {} : { sortingField: sort }),
  };
}

export const ResourceTable = memo(function ResourceTable({
  list,
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
  const { noun, columns } = list;
  const definitions = useMemo(() => {
    const openOperation = (id: string) => onOverlay({ what: 'operation', id });
    return columns.map((column) => definitionOf(column, openOperation));
  }, [columns, onOverlay]);
  const total = page?.total ?? 0;
  const selection: Partial<TableProps<ServerSummary>> = {
    selectionType: 'single',
    selectedItems: selected ? [selected] : [],
    onSelectionChange: ({ detail }) => setSelectedId(detail.selectedItems[0]?.id ?? null),
    onRowClick: ({ detail }) => setSelectedId(detail.item.id),
  };
  return (
    <Table
      items={items}
      columnDefinitions={definitions}
      columnDisplay={columns.map(({ id }) => ({ id, visible: view.columns.includes(id) }))}
      trackBy="id"
      loading={loading}
      loadingText={`Loading ${noun.many}`}
      stickyHeader
      stickyHeaderVerticalOffset={57}
      {...(list.actionsOf === undefined ? {} : selection)}
      sortingColumn={{ sortingField: view.sort }}
      sortingDescending={view.descending}
      onSortingChange={({ detail }) =>
        onView({
          ...view,
          sort: (detail.sortingColumn.sortingField ?? view.sort) as Sort,
          descending: detail.isDescending ?? false,
        })
      }
      header={
        <Header
          variant="h2"
          counter={page ? `(${total.toLocaleString('en-US')})` : ''}
          actions={
            <ListActions
              list={list}
              resource={selected}
              onRefresh={onRefresh}
              onAction={(resource, action) => onOverlay({ what: 'action', resource, action })}
            />
          }
        >
          {capital(noun.many)}
        </Header>
      }
      filter={
        <Suspense fallback={<div className="filter-space" />}>
          <ResourceFilter list={list} view={view} onView={onView} page={page} />
        </Suspense>
      }
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
            <Box>No {noun.one} matches.</Box>
            <Button onClick={() => onView({ ...view, query: usualView(columns).query })}>Show all</Button>
          </SpaceBetween>
        </Box>
      }
      ariaLabels={{
        tableLabel: list.title,
        selectionGroupLabel: `${capital(noun.many)} to choose from`,
        itemSelectionLabel: (_selection, { name }) => name,
      }}
    />
  );
});
