import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { faultsBeside } from './faults';
import type { SpecEditor } from './use-spec-editor';

/** The text is kept while it cannot be read; a change of the form discards it, so whoever returns is told. */
export function BrokenText<Form extends object>({ editor }: { editor: SpecEditor<Form> }) {
  if (!editor.broken) return null;
  return (
    <Alert
      type="warning"
      i18nStrings={{ warningIconAriaLabel: 'Warning' }}
      header="The YAML has faults"
      action={<Button onClick={() => editor.show('yaml')}>Back to the YAML</Button>}
    >
      This form shows what was last understood. The text is kept until you change something here.
    </Alert>
  );
}

interface OtherFaultsProps<Form extends object> {
  editor: SpecEditor<Form>;
  isShown: (path: string) => boolean;
}

/** Faults of fields that the form has no input for. */
export function OtherFaults<Form extends object>({ editor, isShown }: OtherFaultsProps<Form>) {
  const beside = faultsBeside(editor.faults, isShown);
  if (beside.length === 0) return null;
  return (
    <Alert
      type="error"
      i18nStrings={{ errorIconAriaLabel: 'Error' }}
      header="Faults that are edited in the YAML view"
      action={<Button onClick={() => editor.show('yaml')}>Show the YAML</Button>}
    >
      <ul>
        {beside.map(({ path, message }) => (
          <li key={path}>
            <code>{path}</code> {message}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
