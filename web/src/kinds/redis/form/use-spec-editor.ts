import { useCallback, useMemo, useState } from 'react';
import type { RedisForm } from '../model/form';
import { faultMap, type FaultMap } from '../model/faults';
import type { FieldFault } from '../model/spec';
import { formOfYaml, linesOfFaults, yamlOfForm, type LineFault } from '../model/yaml';

export type View = 'form' | 'yaml';

export interface SpecEditor {
  readonly form: RedisForm;
  readonly change: (change: (form: RedisForm) => RedisForm) => void;
  /** Takes another form, for instance one that was put on top of somebody else's change. */
  readonly replace: (form: RedisForm) => void;
  readonly view: View;
  readonly show: (view: View) => void;
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
export function useSpecEditor(initial: RedisForm, listed: boolean): SpecEditor {
  const [form, setForm] = useState(initial);
  const [view, setView] = useState<View>('form');
  const [typed, setTyped] = useState<string | null>(null);
  const [yamlFaults, setYamlFaults] = useState<readonly LineFault[]>([]);
  const [serverFaults, setServerFaults] = useState(noFaults);

  const replace = useCallback((next: RedisForm) => {
    setForm(next);
    setTyped(null);
    setYamlFaults([]);
    setServerFaults(noFaults);
  }, []);
  const change = useCallback((apply: (form: RedisForm) => RedisForm) => {
    setForm(apply);
    setTyped(null);
    setYamlFaults([]);
  }, []);
  const typeYaml = useCallback((text: string) => {
    setTyped(text);
    const read = formOfYaml(text);
    setYamlFaults(read.faults);
    setServerFaults(noFaults);
    if (read.form !== null) setForm(read.form);
  }, []);

  const yaml = useMemo(() => typed ?? yamlOfForm(form, { listed }), [typed, form, listed]);
  const faults = useMemo(() => faultMap(serverFaults), [serverFaults]);
  const shownYamlFaults = useMemo(
    () => (yamlFaults.length > 0 ? yamlFaults : linesOfFaults(yaml, faultsBySpecPath(faults))),
    [yamlFaults, yaml, faults],
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
