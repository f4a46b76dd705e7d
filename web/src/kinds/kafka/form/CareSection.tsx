import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { HealField } from '../../../resource/form/HealField';
import type { SectionProps } from './section';

/** What Ashlar deletes and mends by itself. */
export function CareSection({ editor: { form, change, faults } }: SectionProps) {
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
        <HealField
          heal={form.heal}
          fault={faults.get('heal')}
          onChange={(heal) => change((before) => ({ ...before, heal }))}
        />
      </SpaceBetween>
    </Container>
  );
}
