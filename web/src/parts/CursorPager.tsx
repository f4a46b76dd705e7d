import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

export interface Cursors {
  /** Of the page that is shown; undefined on the first one. */
  readonly current: string | undefined;
  readonly newer: (() => void) | null;
  readonly older: (next: string) => void;
}

/** The way through a list whose pages only know the one that follows: those that were passed are remembered. */
export function useCursors(): Cursors {
  const [passed, setPassed] = useState<readonly string[]>([]);
  return {
    current: passed.at(-1),
    newer: passed.length === 0 ? null : () => setPassed(passed.slice(0, -1)),
    older: (next) => setPassed([...passed, next]),
  };
}

/** Nothing where everything fits one page. */
export function CursorPager({ cursors, next }: { cursors: Cursors; next: string | null }) {
  const { newer, older } = cursors;
  if (newer === null && next === null) return null;
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button disabled={newer === null} onClick={() => newer?.()}>
        Newer
      </Button>
      <Button disabled={next === null} onClick={() => next !== null && older(next)}>
        Older
      </Button>
    </SpaceBetween>
  );
}
