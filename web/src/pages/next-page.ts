/** Where to go after signing in: only ever a page of this console, whatever a link to the sign-in page says. */
export function nextPage(search: string, origin: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  try {
    const url = new URL(next, origin);
    const stays = url.origin === origin && next.startsWith('/') && url.pathname !== '/sign-in';
    return stays ? url.pathname + url.search : '/';
  } catch {
    return '/';
  }
}
