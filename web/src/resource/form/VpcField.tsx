import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';

interface Props {
  /** Empty: one is made. */
  vpcUUID: string;
  noun: string;
  /** Why it cannot be changed; without it, it can. */
  fixed?: string | undefined;
  fault: string | undefined;
  onChange: (vpcUUID: string) => void;
}

/** The private network in which machines stand. */
export function VpcField({ vpcUUID, noun, fixed, fault, onChange }: Props) {
  return (
    <FormField
      label={<>VPC UUID{fixed === undefined && <i> – optional</i>}</>}
      description={`An existing private network. Left empty, one is made for the ${noun}.`}
      constraintText={fixed}
      errorText={fault}
    >
      <Input
        value={vpcUUID}
        disabled={fixed !== undefined}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    </FormField>
  );
}
