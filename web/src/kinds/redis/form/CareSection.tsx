import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { isProduction, type Heal, type Persistence } from '../model/form';
import type { SectionProps } from './section';

const modes: Record<Persistence, string> = {
  aof: 'Every write to disk (aof)',
  rdb: 'Snapshots to disk now and then (rdb)',
  none: 'Nothing to disk',
};

/** How data is kept, and what Ashlar mends by itself. */
export function CareSection({ editor }: SectionProps) {
  const { form, change, faults } = editor;
  const usual: Persistence = isProduction(form) ? 'aof' : 'rdb';
  const options = [
    { value: '', label: `As usual for the deployment type: ${modes[usual].toLowerCase()}` },
    ...Object.entries(modes).map(([value, label]) => ({ value, label })),
  ];
  return (
    <Container header={<Header variant="h2">Care</Header>}>
      <SpaceBetween size="l">
        <FormField
          label="Persistence"
          errorText={faults.get('persistence.mode') ?? faults.get('persistence')}
        >
          <Select
            options={options}
            selectedOption={options.find(({ value }) => value === (form.persistence ?? '')) ?? null}
            onChange={({ detail }) => {
              const mode = detail.selectedOption.value ?? '';
              change((before) => ({ ...before, persistence: mode === '' ? null : (mode as Persistence) }));
            }}
          />
        </FormField>
        <FormField
          label="Heal policy"
          description="What Ashlar does about faults by itself."
          errorText={faults.get('heal')}
        >
          <RadioGroup
            value={form.heal}
            onChange={({ detail }) => change((before) => ({ ...before, heal: detail.value as Heal }))}
            items={[
              { value: 'safe', label: 'Safe', description: 'What costs no money and destroys nothing.' },
              {
                value: 'replace',
                label: 'Replace',
                description: 'It also makes new machines for those that are gone or do not answer.',
              },
              { value: 'none', label: 'None', description: 'Drift is shown, and healed when you say so.' },
            ]}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}
