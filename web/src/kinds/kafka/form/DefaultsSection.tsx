import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import { NumberInput } from '../../../resource/form/NumberInput';
import type { DefaultsForm } from '../model/form';
import type { SectionProps } from './section';

interface Field {
  readonly field: keyof DefaultsForm;
  readonly label: string;
  readonly description: string;
  readonly usual: string;
  readonly most: number;
}

const fields: readonly Field[] = [
  {
    field: 'partitions',
    label: 'Partitions',
    description: 'As many clients can read a topic at once.',
    usual: '1',
    most: 10_000,
  },
  {
    field: 'replicationFactor',
    label: 'Replicas',
    description: 'On how many brokers each partition is kept.',
    usual: '3, or as many as there are brokers',
    most: 100,
  },
  {
    field: 'minInsyncReplicas',
    label: 'Least replicas in sync',
    description: 'With fewer, nothing is written.',
    usual: 'one less than replicas',
    most: 100,
  },
  {
    field: 'retentionHours',
    label: 'Kept for, in hours',
    description: 'Older records are deleted.',
    usual: '168, a week',
    most: 876_000,
  },
  {
    field: 'retentionBytes',
    label: 'Kept at most, in bytes',
    description: 'Of each partition.',
    usual: 'no bound',
    most: 2 ** 60,
  },
];

/** What topics have that do not say otherwise. */
export function DefaultsSection({ editor: { form, change, faults } }: SectionProps) {
  const set = (field: keyof DefaultsForm, value: number | null) =>
    change((before) => ({ ...before, defaults: { ...before.defaults, [field]: value } }));
  return (
    <Container
      header={
        <Header variant="h2" description="What topics have that do not say otherwise.">
          Defaults of topics
        </Header>
      }
    >
      <ColumnLayout columns={2}>
        {fields.map(({ field, label, description, usual, most }) => (
          <FormField
            key={field}
            label={label}
            description={description}
            constraintText={`Left empty: ${usual}.`}
            errorText={faults.get(`defaults.${field}`)}
          >
            <NumberInput
              value={form.defaults[field]}
              least={1}
              most={most}
              onChange={(value) => set(field, value)}
              onClear={() => set(field, null)}
            />
          </FormField>
        ))}
      </ColumnLayout>
    </Container>
  );
}
