// The server's faults of a request, at the fields of the form.

import type { FieldFault } from './spec';

/** Faults by path; a field asks for its own. */
export type FaultMap = ReadonlyMap<string, string>;

/** The same field is `spec.name` of a plan, `clusters[0].name` of a deploy and `name` of a patch. */
export function specPath(path: string): string {
  if (path === 'spec' || path === 'clusters[0]') return '';
  return path.replace(/^(spec|clusters\[0\])\./, '');
}

export function faultMap(faults: readonly FieldFault[]): FaultMap {
  const map = new Map<string, string>();
  for (const { path, message } of faults) {
    const field = specPath(path);
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

const kShown = [
  /^(name|type|deploymentType|region|vpcUUID|enableTLS|systemPassword|heal)$/,
  /^(targetClusters|clientRanges)(\[\d+\])?$/,
  /^persistence(\.mode)?$/,
  /^desiredState\.roles\.(master|replica|sentinel)\.(count|size|nodes)$/,
  /^desiredState\.roles\.(master|replica|sentinel)\.nodes\[\d+\](\.(id|size|group|tags(\[\d+\])?))?$/,
];

/** Faults that no field of the form shows, so that none is lost. */
export function faultsBeside(faults: FaultMap): FieldFault[] {
  return [...faults]
    .filter(([path]) => !kShown.some((pattern) => pattern.test(path)))
    .map(([path, message]) => ({ path, message }));
}
