import { useCallback, useMemo, useState } from 'react';

const atFirst = { cursors: [undefined] as (string | undefined)[], index: 0 };

/**
 * Pages of a list that is read by cursors: one can go on to the following page and back to any that was seen. The
 * way is forgotten when `belongsTo` (filter, order, size) changes, since a cursor belongs to those.
 */
export function useCursorPages(belongsTo: string) {
  const [state, setState] = useState<{ belongsTo: string; cursors: (string | undefined)[]; index: number }>({
    belongsTo,
    cursors: [undefined],
    index: 0,
  });
  const { cursors, index } = state.belongsTo === belongsTo ? state : atFirst;
  /** `next` is the answer's, of the page that is shown. */
  const goTo = useCallback(
    (page: number, next: string | null) => {
      const known = page <= cursors.length || next === null ? cursors : [...cursors, next];
      setState({ belongsTo, cursors: known, index: Math.min(page, known.length) - 1 });
    },
    [belongsTo, cursors],
  );
  const cursor = cursors[index];
  const pagesSeen = cursors.length;
  return useMemo(() => ({ cursor, page: index + 1, pagesSeen, goTo }), [cursor, index, pagesSeen, goTo]);
}
