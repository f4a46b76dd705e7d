// The YAML writing of a spec, the same that `ashlar apply` takes.

import {
  LineCounter,
  parseDocument,
  stringify,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Document,
} from 'yaml';
import type { FieldFault, SpecFormat } from './format';

export interface LineFault extends FieldFault {
  /** From 1; null when the fault has no place, such as a missing field. */
  readonly line: number | null;
}

export type ReadYaml<Form extends object> =
  | { readonly form: Form; readonly faults: readonly [] }
  | { readonly form: null; readonly faults: readonly LineFault[] };

export function writeYaml(kind: string, spec: object): string {
  return stringify({ kind, ...spec }, { lineWidth: 100 });
}

/** "a.b[2].c" as ["a", "b", 2, "c"]. */
export function pathSteps(path: string): (string | number)[] {
  return [...path.matchAll(/[^.[\]]+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));
}

/** The line on which the value at `path`, or the nearest part of the document that exists, begins. */
export function lineOf(document: Document, lines: LineCounter, path: string): number | null {
  let node: unknown = document.contents;
  let offset: number | null = null;
  for (const step of pathSteps(path)) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (!isPair(pair)) break;
      if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      if (isNode(node) && node.range) offset = node.range[0];
    } else {
      break;
    }
  }
  return offset === null ? null : lines.linePos(offset).line;
}

export function readYaml<Form extends object>(
  text: string,
  { read }: Pick<SpecFormat<Form>, 'read'>,
): ReadYaml<Form> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  if (document.errors.length > 0)
    return {
      form: null,
      faults: document.errors.map((error) => ({
        path: '',
        message: error.message,
        line: lines.linePos(error.pos[0]).line,
      })),
    };
  let value: unknown;
  try {
    // Aliases that multiply themselves are refused rather than expanded.
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return {
      form: null,
      faults: [
        {
          path: '',
          message: String(error instanceof Error ? error.message : error),
          line: null,
        },
      ],
    };
  }
  const result = read(value);
  if (result.form !== null) return { form: result.form, faults: [] };
  return {
    form: null,
    faults: result.faults.map((fault) => ({
      ...fault,
      line: lineOf(document, lines, fault.path),
    })),
  };
}

/** Where in the text the server's faults are. */
export function linesOfFaults(text: string, faults: readonly FieldFault[]): LineFault[] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
  });
  return faults.map((fault) => ({
    ...fault,
    line: lineOf(document, lines, fault.path),
  }));
}
