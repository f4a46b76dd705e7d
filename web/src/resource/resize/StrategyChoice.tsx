import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import type { Strategy } from './description';

interface Props {
  strategy: Strategy;
  onChoose: (strategy: Strategy) => void;
}

/** How machines come to another size. */
export function StrategyChoice({ strategy, onChoose }: Props) {
  return (
    <Container header={<Header variant="h2">How</Header>}>
      <FormField label="Strategy">
        <RadioGroup
          value={strategy}
          onChange={({ detail }) => onChoose(detail.value as Strategy)}
          items={[
            {
              value: 'in-place',
              label: 'Resize the machines',
              description:
                'Each is switched off, resized and switched on; addresses and data stay. A machine whose disk would have to shrink is replaced.',
            },
            {
              value: 'replace',
              label: 'Replace the machines',
              description:
                'New machines copy the data and take over. Their addresses are others, which clients must be given.',
            },
          ]}
        />
      </FormField>
    </Container>
  );
}
