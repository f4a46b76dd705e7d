import { useCollection } from '@cloudscape-design/collection-hooks';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { capital } from '../../../parts/format';

interface Props<Item> {
  /** As in "Topics". */
  title: string;
  description: string;
  /** What one of them is. */
  noun: string;
  /** Null while nobody answers. */
  items: readonly Item[] | null;
  columns: readonly TableProps.ColumnDefinition<Item>[];
  trackBy: keyof Item & string;
  sortedBy: TableProps.SortingColumn<Item>;
  isDescending?: boolean;
  /** Whether a text is found in one of them. */
  matches: (item: Item, text: string) => boolean;
}

const rowsPerPage = 50;

/** Many of one thing, to be found, sorted and paged in the browser. */
export function ListTable<Item>(props: Props<Item>) {
  const { title, description, noun, columns, trackBy, sortedBy, isDescending = false, matches } = props;
  const known = props.items ?? [];
  const { items, collectionProps, filterProps, paginationProps, filteredItemsCount } = useCollection(known, {
    sorting: { defaultState: { sortingColumn: sortedBy, isDescending } },
    pagination: { pageSize: rowsPerPage },
    filtering: {
      filteringFunction: (item, text) => text === '' || matches(item, text.toLowerCase()),
      noMatch: <Box textAlign="center">No {noun} matches.</Box>,
      empty: (
        <Box textAlign="center">
          {props.items === null ? 'Nobody answers at the moment.' : `There is no ${noun}.`}
        </Box>
      ),
    },
  });
  return (
    <Table
      {...collectionProps}
      items={items}
      columnDefinitions={columns}
      trackBy={trackBy}
      wrapLines
      ariaLabels={{ tableLabel: title }}
      header={
        <Header
          variant="h2"
          counter={props.items === null ? '' : `(${known.length.toLocaleString('en-US')})`}
          description={description}
        >
          {title}
        </Header>
      }
      filter={
        <TextFilter
          {...filterProps}
          filteringPlaceholder={`Find a ${noun}`}
          filteringAriaLabel={`Find a ${noun}`}
          countText={`${(filteredItemsCount ?? 0).toLocaleString('en-US')} found`}
        />
      }
      pagination={
        known.length > rowsPerPage && (
          <Pagination
            {...paginationProps}
            ariaLabels={{ paginationLabel: `${capital(noun)}s, page by page` }}
          />
        )
      }
    />
  );
}
