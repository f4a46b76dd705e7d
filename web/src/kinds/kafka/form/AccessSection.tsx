import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Toggle from '@cloudscape-design/components/toggle';
import { hintAt } from '../../../resource/form/hints';
import { ListField } from '../../../resource/form/ListField';
import type { SectionProps } from './section';

/** From where clients may connect, and how. */
export function AccessSection({ editor, hints }: SectionProps) {
  const { form, change, faults } = editor;
  return (
    <Container header={<Header variant="h2">Access</Header>}>
      <SpaceBetween size="l">
        <FormField
          label="Encryption"
          description="Of clients. The nodes always encrypt what they say to each other."
          constraintText={
            hintAt(hints, 'enableTLS') ?? 'Clients check the cluster by its own authority’s certificate.'
          }
          errorText={faults.get('enableTLS')}
        >
          <Toggle
            checked={form.enableTLS}
            onChange={({ detail }) => change((before) => ({ ...before, enableTLS: detail.checked }))}
          >
            Enable TLS
          </Toggle>
        </FormField>
        <ListField
          label="Client networks"
          description="Machines in these networks may connect to the brokers; nobody else can."
          constraint={hintAt(hints, 'clientRanges')}
          entry="network"
          path="clientRanges"
          placeholder="10.0.0.0/8"
          most={50}
          values={form.clientRanges}
          faults={faults}
          onChange={(clientRanges) => change((before) => ({ ...before, clientRanges }))}
        />
      </SpaceBetween>
    </Container>
  );
}
