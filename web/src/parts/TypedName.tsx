import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';

interface Props {
  name: string;
  typed: string;
  onType: (typed: string) => void;
}

/** Whoever accepts what is lost for good says of what. */
export function TypedName({ name, typed, onType }: Props) {
  return (
    <FormField
      label={
        <>
          To confirm, type <code>{name}</code>
        </>
      }
    >
      <Input
        value={typed}
        ariaLabel={`To confirm, type ${name}`}
        autoComplete={false}
        spellcheck={false}
        onChange={({ detail }) => onType(detail.value)}
      />
    </FormField>
  );
}
