import { useCallback, useState } from 'react';
import { readPreference, writePreference } from '../parts/preference';

const key = 'navigation';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** As in console.css: there the navigation lies over the page instead of beside it. */
const isNarrow = () => window.matchMedia('(max-width: 688px)').matches;

/** Whether the list of pages is open: beside the page as the user left it, over the page only when asked for. */
export function useNavigationOpen() {
  const [open, setOpen] = useState(() => !isNarrow() && readPreference(key, isBoolean, true));
  const change = useCallback((next: boolean) => {
    setOpen(next);
    if (!isNarrow()) writePreference(key, next);
  }, []);
  const close = useCallback(() => change(false), [change]);
  const toggle = useCallback(() => change(!open), [change, open]);
  const closeWhenNarrow = useCallback(() => {
    if (isNarrow()) setOpen(false);
  }, []);
  return { open, toggle, close, closeWhenNarrow };
}
