// The server's faults of a request, at the fields of the form.

import type { FieldFault } from './format';

/** Faults by path; a field asks for its own. */
export type FaultMap = ReadonlyMap<string, string>;

/** The path of a field in a spec: the same one is `spec.name` of a plan, `LIST[0].name` of a request to deploy and
 *  `name` of a patch. `roots` are what may come before. */
export function specPath(path: string, roots: readonly string[]): string {
  const root = roots.find((one) => path === one || path.startsWith(`${one}.`));
  return root === undefined ? path : path.slice(root.length + 1);
}

export function faultMap(faults: readonly FieldFault[], roots: readonly string[] = []): FaultMap {
  const map = new Map<string, string>();
  for (const { path, message } of faults) {
    const field = specPath(path, roots);
    const before = map.get(field);
    map.set(field, before === undefined ? message : `${before}; ${message}`);
  }
  return map;
}

/** Faults at `path`, in a list's entries too when they are edited as one field. */
export function faultAt(faults: FaultMap, path: string, entriesToo = false): string | undefined {
  const found: string[] = [];
  for (const [field, message] of faults) {
    if (field === path) found.push(message);
    else if (entriesToo && field.startsWith(`${path}[`)) found.push(`${field.slice(path.length)} ${message}`);
  }
  return found.length === 0 ? undefined : found.join('; ');
}

/** Faults that no field of the form shows, so that none is lost. */
export function faultsBeside(faults: FaultMap, isShown: (path: string) => boolean): FieldFault[] {
  return [...faults].filter(([path]) => !isShown(path)).map(([path, message]) => ({ path, message }));
}
