import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { formatCount } from '../../../parts/format';
import { Labelled } from '../../../parts/Labelled';
import { PasswordField } from '../../../resource/form/PasswordField';
import { usualUser, type UserForm } from '../model/form';
import { kafka } from '../model/names';
import { passwordField, renamed } from '../model/secrets';
import { AclsField } from './AclsField';
import { EntryList } from './EntryList';
import type { SectionProps } from './section';

const mostUsers = 1_000;
const newUser: UserForm = { name: '', acls: [] };

const summaryOf = ({ acls }: UserForm): string =>
  acls.length === 0 ? 'may do nothing yet' : formatCount(acls.length, 'permission');

/** Who may log in, and what each may do. */
export function UsersSection(props: SectionProps) {
  const { form, change, faults } = props.editor;
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={form.users === null ? undefined : `(${form.users.length})`}
          description="Who may log in, and what each may do."
        >
          Users
        </Header>
      }
    >
      <SpaceBetween size="l">
        <FormField label="Users of the cluster" errorText={faults.get('users')}>
          <RadioGroup
            value={form.users === null ? 'usual' : 'own'}
            onChange={({ detail }) =>
              change((before) => ({ ...before, users: detail.value === 'usual' ? null : [usualUser] }))
            }
            items={[
              {
                value: 'usual',
                label: 'One for all',
                description: `${usualUser.name}, who may use every topic and group.`,
              },
              {
                value: 'own',
                label: 'Named ones',
                description: 'Each with what it may do. Who is not named cannot log in.',
              },
            ]}
          />
        </FormField>
        {form.users !== null && <Users {...props} users={form.users} />}
      </SpaceBetween>
    </Container>
  );
}

function Users({ users, ...props }: SectionProps & { users: readonly UserForm[] }) {
  const { change, faults } = props.editor;
  const setUsers = (apply: (users: readonly UserForm[]) => readonly UserForm[]) =>
    change((before) => ({ ...before, users: apply(before.users ?? []) }));
  return (
    <EntryList
      noun="user"
      path="users"
      titles={users.map(({ name }) => name)}
      summaryOf={(index) => summaryOf(users[index] ?? newUser)}
      faults={faults}
      most={mostUsers}
      onAdd={() => setUsers((before) => [...before, newUser])}
      onRemove={(index) => setUsers((before) => before.filter((_, at) => at !== index))}
    >
      {(index) => (
        <UserFields
          {...props}
          user={users[index] ?? newUser}
          path={`users[${index}]`}
          onUser={(changed) =>
            setUsers((before) => before.map((user, at) => (at === index ? { ...user, ...changed } : user)))
          }
        />
      )}
    </EntryList>
  );
}

interface FieldsProps extends SectionProps {
  user: UserForm;
  path: string;
  onUser: (changed: Partial<UserForm>) => void;
}

function UserFields({ editor: { faults }, stored, secrets, onSecrets, user, path, onUser }: FieldsProps) {
  const rest = user.name === '' ? 'of the new user' : `of ${user.name}`;
  const field = passwordField(user.name);
  const isStored = stored?.users?.some(({ name }) => name === user.name) === true;
  return (
    <SpaceBetween size="m">
      <FormField
        label={<Labelled short="Name" rest={rest} />}
        errorText={faults.get(`${path}.name`) ?? faults.get(path)}
      >
        <Input
          value={user.name}
          placeholder="shop"
          autoComplete={false}
          spellcheck={false}
          onChange={({ detail }) => {
            onSecrets(renamed(secrets, user.name, detail.value));
            onUser({ name: detail.value });
          }}
        />
      </FormField>
      {!isStored && (
        <PasswordField
          noun={kafka.noun.one}
          label={`Password ${rest}`}
          password={secrets[field] ?? null}
          onChange={(password) => onSecrets({ ...secrets, [field]: password })}
          fault={faults.get(`${path}.password`)}
        />
      )}
      <AclsField
        acls={user.acls}
        rest={rest}
        path={`${path}.acls`}
        faults={faults}
        onChange={(acls) => onUser({ acls })}
      />
    </SpaceBetween>
  );
}
