import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { HealField } from '../../../resource/form/HealField';
import { isProduction, type Persistence } from '../model/form';
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
        <HealField
          heal={form.heal}
          fault={faults.get('heal')}
          onChange={(heal) => change((before) => ({ ...before, heal }))}
        />
      </SpaceBetween>
    </Container>
  );
}
