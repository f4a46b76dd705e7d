import AttributeEditor from '@cloudscape-design/components/attribute-editor';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import type { FaultMap } from '../model/faults';

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
  return (
    <FormField
      label={label}
      description={description}
      constraintText={constraint}
      errorText={faults.get(path)}
      stretch
    >
      <AttributeEditor<string>
        items={values}
        addButtonText={`Add ${entry}`}
        removeButtonText="Remove"
        removeButtonAriaLabel={(value) => `Remove ${entry} ${value}`}
        disableAddButton={values.length >= most}
        additionalInfo={values.length >= most ? `At most ${most} are possible.` : undefined}
        empty={`No ${entry} yet.`}
        onAddButtonClick={() => onChange([...values, ''])}
        onRemoveButtonClick={({ detail }) => onChange(values.filter((_, at) => at !== detail.itemIndex))}
        definition={[
          {
            label: undefined,
            errorText: (_, index) => faults.get(`${path}[${index}]`),
            control: (value, index) => (
              <Input
                value={value}
                placeholder={placeholder}
                ariaLabel={`${label}, ${entry} ${index + 1}`}
                invalid={faults.has(`${path}[${index}]`)}
                onChange={({ detail }) => set(index, detail.value)}
              />
            ),
          },
        ]}
      />
    </FormField>
  );
}
