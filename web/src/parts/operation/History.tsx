import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { memo, useState } from 'react';
import type { OperationEvent } from '../../api/types';
import { Time } from '../Time';

/** How many lines are drawn at first: a long history must not hold up what happens now. */
const firstLines = 100;

const Line = memo(function Line({ event }: { event: OperationEvent }) {
  return (
    <li className="history-line">
      <Time at={event.at} clockOnly />
      <span className="history-step">{event.stepKey ?? 'operation'}</span>
      <span className="history-message">{event.message}</span>
    </li>
  );
});

/** What happened, newest first. */
export function History({ events }: { events: readonly OperationEvent[] }) {
  const [lines, setLines] = useState(firstLines);
  if (events.length === 0) return <Box color="text-body-secondary">Nothing has happened yet.</Box>;
  const shown = events.slice(-lines).reverse();
  return (
    <>
      {/* It scrolls, so the keyboard must reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <ul className="history" tabIndex={0} aria-label="Events, newest first">
        {shown.map((event) => (
          <Line key={event.number} event={event} />
        ))}
      </ul>
      {events.length > lines && (
        <Button variant="inline-link" onClick={() => setLines((before) => before + 1000)}>
          Show earlier events ({events.length - lines})
        </Button>
      )}
    </>
  );
}
