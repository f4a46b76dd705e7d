// Reads a document field by field: every fault at once, each at its path, and no field passed over in silence.

import type { FieldFault, Spec } from './format';

export function isObject(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export class FieldReader {
  private readonly known = new Set<string>();

  constructor(
    private readonly object: Spec,
    /** What is read, as in "is not a field of a cluster". */
    private readonly what: string,
    private readonly path = '',
    /** Those of the whole document, whichever part they are found in. */
    readonly faults: FieldFault[] = [],
  ) {}

  pathOf(field: string): string {
    return this.path === '' ? field : `${this.path}.${field}`;
  }

  fault(field: string, message: string): void {
    this.faults.push({ path: field === '' ? this.path : this.pathOf(field), message });
  }

  private take(field: string): unknown {
    this.known.add(field);
    return this.object[field] ?? undefined;
  }

  value(field: string): unknown {
    return this.take(field);
  }

  text(field: string): string | undefined {
    const value = this.take(field);
    if (value === undefined || typeof value === 'string') return value;
    this.fault(field, `must be text, not ${kindOf(value)}`);
    return undefined;
  }

  flag(field: string): boolean | undefined {
    const value = this.take(field);
    if (value === undefined || typeof value === 'boolean') return value;
    this.fault(field, `must be true or false, not ${kindOf(value)}`);
    return undefined;
  }

  whole(field: string): number | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
    this.fault(field, `must be a whole number, not ${kindOf(value)}`);
    return undefined;
  }

  choice<T extends string>(field: string, choices: readonly T[]): T | undefined {
    const value = this.text(field);
    if (value === undefined) return undefined;
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) this.fault(field, `must be one of ${choices.join(', ')}`);
    return chosen;
  }

  texts(field: string): string[] | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.fault(field, 'must be a list of texts');
    return undefined;
  }

  child(field: string): FieldReader | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (isObject(value)) return this.below(value, this.pathOf(field));
    this.fault(field, `must be an object, not ${kindOf(value)}`);
    return undefined;
  }

  children(field: string): FieldReader[] | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.fault(field, `must be a list, not ${kindOf(value)}`);
      return undefined;
    }
    const readers: FieldReader[] = [];
    value.forEach((item, index) => {
      const path = `${this.pathOf(field)}[${index}]`;
      if (isObject(item)) readers.push(this.below(item, path));
      else this.faults.push({ path, message: `must be an object, not ${kindOf(item)}` });
    });
    return readers;
  }

  private below(object: Spec, path: string): FieldReader {
    return new FieldReader(object, this.what, path, this.faults);
  }

  /** Once all that is known was asked for. */
  refuseUnknown(): void {
    for (const field of Object.keys(this.object))
      if (!this.known.has(field)) this.fault(field, `is not a field of ${this.what}`);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return (
    { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'an object'
  );
}
