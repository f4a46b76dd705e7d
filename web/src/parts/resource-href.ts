/** The page of a resource of any kind: shared parts know none, and the console leads on from there (ResourceRoute). */
export function resourceHref(kind: string, id: string): string {
  return `/r/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;
}
