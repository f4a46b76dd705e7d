import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { healPolicies, type Heal } from '../heal';

interface Props {
  heal: Heal;
  fault: string | undefined;
  onChange: (heal: Heal) => void;
}

export function HealField({ heal, fault, onChange }: Props) {
  return (
    <FormField label="Heal policy" description="What Ashlar does about faults by itself." errorText={fault}>
      <RadioGroup
        value={heal}
        onChange={({ detail }) => onChange(detail.value as Heal)}
        items={Object.entries(healPolicies).map(([value, words]) => ({ value, ...words }))}
      />
    </FormField>
  );
}
