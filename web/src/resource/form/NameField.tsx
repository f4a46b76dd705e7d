import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';

interface Props {
  label: string;
  name: string;
  placeholder: string;
  hint?: string | undefined;
  /** Why it cannot be changed; without it, it can. */
  fixed?: string | undefined;
  fault: string | undefined;
  onChange: (name: string) => void;
}

export function NameField({ label, name, placeholder, hint, fixed, fault, onChange }: Props) {
  return (
    <FormField
      label={label}
      description="Becomes the names of its machines."
      constraintText={fixed ?? hint ?? '3 to 40 lower-case letters, digits and hyphens.'}
      errorText={fault}
    >
      <Input
        value={name}
        disabled={fixed !== undefined}
        placeholder={placeholder}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
