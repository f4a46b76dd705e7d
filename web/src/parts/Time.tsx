import { formatAge } from './format';
import { useNow } from './useNow';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const localClock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** A moment in local time, with UTC when it is pointed at. */
export function Time({ at, clockOnly = false }: { at: string | null; clockOnly?: boolean }) {
  if (at === null) return <span>–</span>;
  const date = new Date(at);
  return (
    <time dateTime={at} title={`${at} (UTC)`}>
      {(clockOnly ? localClock : local).format(date)}
    </time>
  );
}

/** How long ago a moment was, with the moment itself when it is pointed at. */
export function Age({ at }: { at: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={`${local.format(new Date(at))} · ${at} (UTC)`}>
      {formatAge(at, now)}
    </time>
  );
}
