import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { YamlEditor } from '../../parts/YamlEditor';
import type { SpecEditor } from './use-spec-editor';

interface Props<Form extends object> {
  noun: string;
  editor: SpecEditor<Form>;
  /** Given in the form alone, so that their faults have no line here. */
  secretFields: readonly string[];
}

/** The spec as text. */
export function YamlView<Form extends object>({ noun, editor, secretFields }: Props<Form>) {
  const faults = secretFields.flatMap((field) => editor.faults.get(field) ?? []);
  return (
    <SpaceBetween size="m">
      {faults.length > 0 && (
        <Alert type="error" i18nStrings={{ errorIconAriaLabel: 'Error' }} header="The password in the form">
          {faults.join('; ')}
        </Alert>
      )}
      <YamlEditor
        label={`The ${noun} as YAML`}
        description={
          <>
            What <code>ashlar apply</code> takes.
            {secretFields.length > 0 && ' The password has no place in it; it is given in the form.'}
          </>
        }
        text={editor.yaml}
        onChange={editor.typeYaml}
        faults={editor.yamlFaults}
      />
    </SpaceBetween>
  );
}
