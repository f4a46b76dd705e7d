// Pure words for numbers; the parts of the same names show them.

const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** US dollars, with cents. */
export const formatMoney = (usd: number): string => money.format(usd);

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes in the largest unit that leaves at least 1, with one decimal at most. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${Number(value.toFixed(1))} ${units[power] ?? ''}`;
}

/** The two largest units of a duration: `1 min 05 s`, `2 h 03 min`, `850 ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

/** How long ago, roughly, as people say it. */
export function formatAge(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 60) return 'just now';
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The server's words as a sentence of their own. A first word that may be a name stays as it is written. */
export function asSentence(text: string, name?: string): string {
  const isWord =
    /^(?!digitalocean )[a-z]+[ ,]/.test(text) && !(name !== undefined && text.startsWith(`${name} `));
  const begun = isWord ? capital(text) : text;
  return /[.!?…]$/.test(begun) || begun === '' ? begun : `${begun}.`;
}

export function permissionsInWords(permissions: readonly string[]): string {
  if (permissions.length === 0) return 'nothing';
  return permissions.includes('*') ? 'everything' : permissions.join(', ');
}

export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
