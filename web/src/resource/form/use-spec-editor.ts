import { useCallback, useMemo, useState } from 'react';
import { faultMap, type FaultMap } from './faults';
import type { FieldFault, SpecFormat, WriteOptions } from './format';
import { linesOfFaults, readYaml, writeYaml, type LineFault } from './yaml';

export type View = 'form' | 'yaml';

export interface SpecEditor<Form extends object> {
  readonly form: Form;
  readonly change: (change: (form: Form) => Form) => void;
  /** Takes another form, for instance one that was put on top of somebody else's change. */
  readonly replace: (form: Form) => void;
  readonly view: View;
  readonly show: (view: View) => void;
  /** Empty while nobody looks at it. */
  readonly yaml: string;
  readonly typeYaml: (text: string) => void;
  /** The text cannot be read: the form waits with what it last understood, and a change there discards the text. */
  readonly broken: boolean;
  /** Faults with their lines: of the text as it is typed, or of what the server found. */
  readonly yamlFaults: readonly LineFault[];
  /** What the server found, by field. */
  readonly faults: FaultMap;
  readonly serverFaults: readonly FieldFault[];
  readonly showFaults: (faults: readonly FieldFault[]) => void;
}

const noFaults: readonly FieldFault[] = [];

/**
 * One spec in two writings. The form is the truth; the text is kept as it was typed, comments and all, until
 * the form changes it, and broken text stays where it is until it is mended or the user goes back to the form.
 */
export function useSpecEditor<Form extends object>(
  initial: Form,
  format: SpecFormat<Form>,
  { listed = false }: WriteOptions,
): SpecEditor<Form> {
  const [form, setForm] = useState(initial);
  const [view, setView] = useState<View>('form');
  const [typed, setTyped] = useState<string | null>(null);
  const [yamlFaults, setYamlFaults] = useState<readonly LineFault[]>([]);
  const [serverFaults, setServerFaults] = useState(noFaults);

  const replace = useCallback((next: Form) => {
    setForm(next);
    setTyped(null);
    setYamlFaults([]);
    setServerFaults(noFaults);
  }, []);
  const change = useCallback((apply: (form: Form) => Form) => {
    setForm(apply);
    setTyped(null);
    setYamlFaults([]);
  }, []);
  const typeYaml = useCallback(
    (text: string) => {
      setTyped(text);
      const read = readYaml(text, format);
      setYamlFaults(read.faults);
      setServerFaults(noFaults);
      if (read.form !== null) setForm(read.form);
    },
    [format],
  );

  // Written for those who look at it: at each key in the form, a spec of many thousand lines would take too long.
  const isYaml = view === 'yaml';
  const yaml = useMemo(
    () => typed ?? (isYaml ? writeYaml(format.kind, format.write(form, { listed })) : ''),
    [typed, isYaml, form, format, listed],
  );
  const faults = useMemo(() => faultMap(serverFaults, format.roots), [serverFaults, format]);
  const shownYamlFaults = useMemo(
    () => (yamlFaults.length > 0 || !isYaml ? yamlFaults : linesOfFaults(yaml, faultsBySpecPath(faults))),
    [yamlFaults, isYaml, yaml, faults],
  );
  return {
    form,
    change,
    replace,
    view,
    show: setView,
    yaml,
    typeYaml,
    broken: yamlFaults.length > 0,
    yamlFaults: shownYamlFaults,
    faults,
    serverFaults,
    showFaults: setServerFaults,
  };
}

function faultsBySpecPath(faults: FaultMap): FieldFault[] {
  return [...faults].map(([path, message]) => ({ path, message }));
}
