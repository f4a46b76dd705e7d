import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { FaultMap } from './faults';
import './form.css';

interface Props {
  label: string;
  description: string;
  constraint?: string | undefined;
  /** What one entry is, as in "Add network". */
  entry: string;
  path: string;
  values: readonly string[];
  faults: FaultMap;
  placeholder: string;
  most: number;
  onChange: (values: string[]) => void;
}

/** A list of texts, each with its own fault. */
export function ListField(props: Props) {
  const { label, description, constraint, entry, path, values, faults, placeholder, most, onChange } = props;
  const set = (index: number, value: string) =>
    onChange(values.map((before, at) => (at === index ? value : before)));
  const full = values.length >= most;
  return (
    <FormField
      label={label}
      description={description}
      constraintText={constraint}
      errorText={faults.get(path)}
      stretch
    >
      <SpaceBetween size="xs">
        {values.length === 0 && <Box color="text-body-secondary">None</Box>}
        {values.map((value, index) => (
          // Entries are what their position says; two of them may be equal while one is being typed.
          <FormField key={index} errorText={faults.get(`${path}[${index}]`)} stretch>
            <div className="list-entry">
              <Input
                value={value}
                placeholder={placeholder}
                ariaLabel={`${label}, ${entry} ${index + 1}`}
                invalid={faults.has(`${path}[${index}]`)}
                autoComplete={false}
                spellcheck={false}
                onChange={({ detail }) => set(index, detail.value)}
              />
              <Button
                variant="icon"
                iconName="close"
                ariaLabel={`Remove ${entry} ${value === '' ? index + 1 : value}`}
                onClick={() => onChange(values.filter((_, at) => at !== index))}
              />
            </div>
          </FormField>
        ))}
        <Button
          iconName="add-plus"
          disabled={full}
          disabledReason={full ? `At most ${most} are possible` : undefined}
          onClick={() => onChange([...values, ''])}
        >
          Add {entry}
        </Button>
      </SpaceBetween>
    </FormField>
  );
}
