// Which of many entries of a form are shown: a cluster may have thousands of topics. Pure.

import type { FaultMap } from '../../../resource/form/faults';

export const entriesPerPage = 10;

/** The indexes of entries with faults, of `path[3].name` the 3. */
export function faultyEntries(faults: FaultMap, path: string): number[] {
  const found = new Set<number>();
  for (const field of faults.keys()) {
    if (!field.startsWith(`${path}[`)) continue;
    const index = Number(field.slice(path.length + 1, field.indexOf(']', path.length)));
    if (Number.isInteger(index)) found.add(index);
  }
  return [...found].sort((one, other) => one - other);
}

export interface EntryPage {
  /** Those of the page, and first those with faults, wherever they are. */
  readonly shown: readonly number[];
  readonly pages: number;
  readonly page: number;
}

/** The entries whose title holds `text`, page by page. */
export function entryPage(
  titles: readonly string[],
  { text, page, faulty }: { text: string; page: number; faulty: readonly number[] },
): EntryPage {
  const wanted = text.trim().toLowerCase();
  const matching = titles.flatMap((title, index) => (title.toLowerCase().includes(wanted) ? [index] : []));
  const pages = Math.max(1, Math.ceil(matching.length / entriesPerPage));
  const present = Math.min(Math.max(1, page), pages);
  const ofPage = matching.slice((present - 1) * entriesPerPage, present * entriesPerPage);
  const first = faulty.filter((index) => index < titles.length).slice(0, entriesPerPage);
  return { shown: [...first, ...ofPage.filter((index) => !first.includes(index))], pages, page: present };
}
