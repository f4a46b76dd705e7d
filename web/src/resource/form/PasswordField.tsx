import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';

interface Props {
  /** Null: the server generates one. It is never part of the YAML, and never comes back but through the
   *  credentials. */
  password: string | null;
  onChange: (password: string | null) => void;
  fault: string | undefined;
  noun: string;
  label?: string;
}

export function PasswordField({ password, onChange, fault, noun, label = 'System password' }: Props) {
  return (
    <SpaceBetween size="s">
      <FormField label={label} description="What clients sign in with.">
        <RadioGroup
          value={password === null ? 'generated' : 'given'}
          onChange={({ detail }) => onChange(detail.value === 'given' ? '' : null)}
          items={[
            {
              value: 'generated',
              label: 'Generate one',
              description: `Read it among the ${noun}’s credentials afterwards.`,
            },
            { value: 'given', label: 'Give one' },
          ]}
        />
      </FormField>
      {password !== null && (
        <FormField
          label="Password"
          constraintText="12 to 128 characters, any that can be printed"
          errorText={fault}
        >
          <Input
            type="password"
            value={password}
            autoComplete="new-password"
            spellcheck={false}
            onChange={({ detail }) => onChange(detail.value)}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}
