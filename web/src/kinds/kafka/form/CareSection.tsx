import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { HealField } from '../../../resource/form/HealField';
import { NumberInput } from '../../../resource/form/NumberInput';
import { bytesOf, megabytesOf, mostMegabytes, usualMegabytes } from '../model/moving';
import type { SectionProps } from './section';

/** What Ashlar deletes, moves and mends by itself. */
export function CareSection({ editor: { form, change, faults } }: SectionProps) {
  const bound = form.reassignmentBytesPerSecond;
  const setBound = (bytes: number | null) =>
    change((before) => ({ ...before, reassignmentBytesPerSecond: bytes }));
  return (
    <Container header={<Header variant="h2">Care</Header>}>
      <SpaceBetween size="l">
        <FormField
          label="What is not declared"
          description="Topics and users that somebody made beside those above."
          errorText={faults.get('prune')}
          stretch
        >
          <SpaceBetween size="s">
            <Toggle
              checked={form.prune}
              onChange={({ detail }) => change((before) => ({ ...before, prune: detail.checked }))}
            >
              Delete them
            </Toggle>
            {form.prune && (
              <Alert
                type="warning"
                i18nStrings={{ warningIconAriaLabel: 'Warning' }}
                header="Topics are deleted with all their records"
              >
                Each topic that is not named above is deleted, also one that an application made for itself,
                and so is each topic that you take away here. No record comes back. The plan names them, and
                is accepted by the name of the cluster only.
              </Alert>
            )}
          </SpaceBetween>
        </FormField>
        <FormField
          label="Bound for moving replicas, MB a second of each broker"
          description="Replicas move when brokers come and leave. The bound leaves clients their share of the network."
          constraintText={`Left empty: ${usualMegabytes}. 0 means no bound.`}
          errorText={faults.get('reassignmentBytesPerSecond')}
        >
          <NumberInput
            value={bound === null ? null : megabytesOf(bound)}
            least={0}
            most={mostMegabytes}
            decimals={1}
            onChange={(megabytes) => setBound(bytesOf(megabytes))}
            onClear={() => setBound(null)}
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
