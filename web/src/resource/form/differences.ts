// What differs between two specs, for whoever meets somebody else's change of the same resource. Pure.

import { isObject } from './field-reader';
import type { Spec } from './format';

export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function hasIds(list: readonly unknown[]): list is readonly (Spec & { id: string })[] {
  return list.every((item) => isObject(item) && typeof item.id === 'string');
}

const idOf = ({ id }: { id: string }) => id;

/** By path, nodes by their id, so that a removed node does not shift all that follow it. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) =>
      differences(before[key] ?? null, after[key] ?? null, path === '' ? key : `${path}.${key}`),
    );
  }
  if (
    isList(before) &&
    isList(after) &&
    before.length + after.length > 0 &&
    hasIds(before) &&
    hasIds(after)
  ) {
    const ids = new Set([...before.map(idOf), ...after.map(idOf)]);
    const one = (list: readonly Spec[], id: string) => list.find((item) => item.id === id) ?? null;
    return [...ids].flatMap((id) => differences(one(before, id), one(after, id), `${path}[${id}]`));
  }
  return [{ path, before, after }];
}

/** The fields of `after` that are not as in `before`, as a merge patch (RFC 7396) names them. */
export function changedFields(before: Spec, after: Spec): Spec {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = fields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  return Object.fromEntries(changed.map((field) => [field, after[field] ?? null]));
}

/** Somebody else changed the resource while its form was open. */
export interface Meeting<Form extends object> {
  /** Their state with my changes put on top; mine wins where both changed the same. */
  readonly merged: Form;
  /** What they changed since I began. */
  readonly theirs: readonly Difference[];
  /** Paths that both changed, each to something else. */
  readonly contested: readonly string[];
}

/** Of a value that each may have changed since `base`: mine where I did, theirs where I did not. */
export function pick<T>(base: T, mine: T, theirs: T): T {
  return JSON.stringify(base) === JSON.stringify(mine) ? theirs : mine;
}

/** What they changed, and which of it I changed to something else, of the three specs. */
export function compare(base: Spec, mine: Spec, theirs: Spec): Pick<Meeting<never>, 'theirs' | 'contested'> {
  const byThem = differences(base, theirs);
  const byMe = new Map(differences(base, mine).map((change) => [change.path, change.after]));
  const contested = byThem
    .filter(({ path, after }) => byMe.has(path) && JSON.stringify(byMe.get(path)) !== JSON.stringify(after))
    .map(({ path }) => path);
  return { theirs: byThem, contested };
}
