/** As the server decides: `*` is all, `group:*` all of that group. */
export function allows(granted: readonly string[], needed: string): boolean {
  const group = needed.split(':', 1)[0] ?? '';
  return granted.includes('*') || granted.includes(needed) || granted.includes(`${group}:*`);
}

/** Each day-two action may be granted by itself or by `servers:update`. */
export function allowsAction(granted: readonly string[], action: string): boolean {
  if (action === 'delete') return allows(granted, 'servers:delete');
  if (action === 'create') return allows(granted, 'servers:create');
  return allows(granted, 'servers:update') || allows(granted, `servers:${action}`);
}
