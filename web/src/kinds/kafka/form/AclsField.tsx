import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Labelled } from '../../../parts/Labelled';
import { faultAt, type FaultMap } from '../../../resource/form/faults';
import { aclSubjects, operationsOf, type AclForm, type AclSubject } from '../model/form';
import { subjectWords } from '../model/words';
import './entries.css';

const newAcl: AclForm = { subject: 'topic', name: '', operations: ['read', 'describe'] };
const mostAcls = 200;

interface Props {
  acls: readonly AclForm[];
  /** As in "Permissions of shop". */
  rest: string;
  path: string;
  faults: FaultMap;
  onChange: (acls: AclForm[]) => void;
}

/** What a user may do to what. */
export function AclsField({ acls, rest, path, faults, onChange }: Props) {
  const set = (index: number, changed: Partial<AclForm>) =>
    onChange(acls.map((acl, at) => (at === index ? { ...acl, ...changed } : acl)));
  const full = acls.length >= mostAcls;
  return (
    <FormField
      label={<Labelled short="Permissions" rest={rest} />}
      description="A name that ends in * stands for all that begin so; * alone stands for all."
      errorText={faults.get(path)}
      stretch
    >
      <SpaceBetween size="s">
        {acls.map((acl, index) => (
          // Entries are what their position says; two of them may be equal while one is being typed.
          <FormField key={index} errorText={faultsOf(faults, `${path}[${index}]`)} stretch>
            <Acl
              acl={acl}
              number={index + 1}
              onChange={(changed) => set(index, changed)}
              onRemove={() => onChange(acls.filter((_, at) => at !== index))}
            />
          </FormField>
        ))}
        <Button
          iconName="add-plus"
          disabled={full}
          disabledReason={full ? `At most ${mostAcls} are possible` : undefined}
          onClick={() => onChange([...acls, newAcl])}
        >
          Add permission
        </Button>
      </SpaceBetween>
    </FormField>
  );
}

/** Its parts stand in one line, and so do their faults. */
function faultsOf(faults: FaultMap, path: string): string | undefined {
  const found = [
    ...['', ...aclSubjects.map((subject) => `.${subject}`)].flatMap(
      (field) => faults.get(path + field) ?? [],
    ),
    ...[faultAt(faults, `${path}.operations`, true) ?? []].flat(),
  ];
  return found.length === 0 ? undefined : found.join('; ');
}

interface AclProps {
  acl: AclForm;
  number: number;
  onChange: (changed: Partial<AclForm>) => void;
  onRemove: () => void;
}

function Acl({ acl: { subject, name, operations }, number, onChange, onRemove }: AclProps) {
  const possible: readonly string[] = operationsOf[subject];
  const optionOf = (value: string) => ({ value, label: value });
  return (
    <div className="entry-line">
      <Select
        ariaLabel={`Permission ${number} is about`}
        selectedOption={{ value: subject, label: subjectWords[subject] }}
        options={aclSubjects.map((value) => ({ value, label: subjectWords[value] }))}
        onChange={({ detail }) => {
          const chosen = detail.selectedOption.value as AclSubject;
          const kept = operations.filter((one) => (operationsOf[chosen] as readonly string[]).includes(one));
          onChange({ subject: chosen, operations: kept, ...(chosen === 'cluster' ? { name: '' } : {}) });
        }}
      />
      {subject !== 'cluster' && (
        <Input
          value={name}
          placeholder="orders or orders.*"
          ariaLabel={`Name in permission ${number}`}
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => onChange({ name: detail.value })}
        />
      )}
      <Multiselect
        ariaLabel={`Operations of permission ${number}`}
        placeholder="Choose what is allowed"
        selectedOptions={operations.map(optionOf)}
        // One that somebody wrote and that is not possible stays to be seen and taken away.
        options={[...new Set([...possible, ...operations])].map(optionOf)}
        inlineTokens
        onChange={({ detail }) =>
          onChange({ operations: detail.selectedOptions.flatMap(({ value }) => value ?? []) })
        }
      />
      <Button variant="icon" iconName="close" ariaLabel={`Remove permission ${number}`} onClick={onRemove} />
    </div>
  );
}
