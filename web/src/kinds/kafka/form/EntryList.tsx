import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TextFilter from '@cloudscape-design/components/text-filter';
import { useState, type ReactNode } from 'react';
import type { FaultMap } from '../../../resource/form/faults';
import { entriesPerPage, entryPage, faultyEntries } from '../model/entries';
import './entries.css';

interface Props {
  /** As in "Add topic". */
  noun: string;
  /** Of the list in a spec. */
  path: string;
  titles: readonly string[];
  summaryOf: (index: number) => string;
  faults: FaultMap;
  most: number;
  onAdd: () => void;
  onRemove: (index: number) => void;
  /** The fields of one. */
  children: (index: number) => ReactNode;
}

/** Many entries, of which one is open: those with faults first, the others page by page. */
export function EntryList(props: Props) {
  const { noun, path, titles, summaryOf, faults, most, onAdd, onRemove, children } = props;
  const [open, setOpen] = useState<number | null>(null);
  const [text, setText] = useState('');
  const [wantedPage, setPage] = useState(1);
  const faulty = faultyEntries(faults, path);
  const { shown, page, pages } = entryPage(titles, { text, page: wantedPage, faulty });
  const full = titles.length >= most;
  const isLong = titles.length > entriesPerPage;
  const add = () => {
    onAdd();
    setText('');
    setPage(Math.ceil((titles.length + 1) / entriesPerPage));
    setOpen(titles.length);
  };
  const remove = (index: number) => {
    onRemove(index);
    setOpen(open === null || open === index ? null : open > index ? open - 1 : open);
  };
  return (
    <SpaceBetween size="s">
      {isLong && (
        <div className="entry-tools">
          <TextFilter
            filteringText={text}
            filteringPlaceholder={`Find a ${noun}`}
            filteringAriaLabel={`Find a ${noun}`}
            onChange={({ detail }) => setText(detail.filteringText)}
          />
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            ariaLabels={{
              nextPageLabel: `Next ${noun}s`,
              previousPageLabel: `${noun}s before`,
              pageLabel: (number) => `Page ${number} of the ${noun}s`,
            }}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        </div>
      )}
      {titles.length === 0 && <Box color="text-body-secondary">None</Box>}
      {titles.length > 0 && shown.length === 0 && <Box>No {noun} matches.</Box>}
      <ul className="entries" aria-label={`${noun}s`}>
        {shown.map((index) => (
          <Entry
            key={index}
            noun={noun}
            title={titles[index] ?? ''}
            number={index + 1}
            summary={summaryOf(index)}
            isOpen={open === index || faulty.includes(index)}
            onOpen={(wanted) => setOpen(wanted ? index : null)}
            onRemove={() => remove(index)}
          >
            {() => children(index)}
          </Entry>
        ))}
      </ul>
      <Button
        iconName="add-plus"
        disabled={full}
        disabledReason={full ? `At most ${most} are possible` : undefined}
        onClick={add}
      >
        Add {noun}
      </Button>
    </SpaceBetween>
  );
}

interface EntryProps {
  noun: string;
  title: string;
  number: number;
  summary: string;
  isOpen: boolean;
  onOpen: (wanted: boolean) => void;
  onRemove: () => void;
  children: () => ReactNode;
}

function Entry({ noun, title, number, summary, isOpen, onOpen, onRemove, children }: EntryProps) {
  const name = title === '' ? `New ${noun}` : title;
  return (
    <li className="entry">
      <ExpandableSection
        headerText={<span className="breakable">{name}</span>}
        headerDescription={summary}
        headerAriaLabel={title === '' ? `New ${noun} ${number}` : `The ${noun} ${title}`}
        expanded={isOpen}
        onChange={({ detail }) => onOpen(detail.expanded)}
      >
        {isOpen && children()}
      </ExpandableSection>
      <Button
        variant="icon"
        iconName="close"
        ariaLabel={`Remove ${noun} ${title === '' ? number : title}`}
        onClick={onRemove}
      />
    </li>
  );
}
