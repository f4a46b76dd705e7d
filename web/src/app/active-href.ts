/** The entry of the navigation that a page belongs to: the longest one that the path begins with. */
export function activeHref(path: string, hrefs: readonly string[]): string {
  const leading = hrefs.filter((href) => path === href || path.startsWith(`${href}/`));
  return leading.reduce((best, href) => (href.length > best.length ? href : best), '');
}
