import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import RadioGroup from '@cloudscape-design/components/radio-group';
import { useState } from 'react';
import { RotateAction } from '../../../resource/actions/RotateAction';
import { faultAt } from '../../../resource/form/faults';
import { userNames, type KafkaResource } from '../model/types';

interface Props {
  resource: KafkaResource;
  onDismiss: () => void;
}

const optionOf = (value: string) => ({ value, label: value });

/** New passwords of all users or of some, or new certificates. */
export function Rotate({ resource, onDismiss }: Props) {
  /** Null: all. */
  const [users, setUsers] = useState<readonly string[] | null>(null);
  return (
    <RotateAction
      resource={resource}
      words={{
        passwords:
          'Kafka keeps one password a user: clients must change to the new one at once. Connections that are open go on.',
        certificates:
          'New ones for every node, of the same authority. The nodes start again one after the other.',
      }}
      // Without TLS for clients, too: nodes talk to each other over TLS.
      hasCertificates
      ofPasswords={users === null ? {} : users.length === 0 ? null : { users }}
      passwordInputs={(faults) => (
        <>
          <FormField label="Whose">
            <RadioGroup
              value={users === null ? 'all' : 'some'}
              onChange={({ detail }) => setUsers(detail.value === 'all' ? null : [])}
              items={[
                { value: 'all', label: 'All users' },
                { value: 'some', label: 'Some users' },
              ]}
            />
          </FormField>
          {users !== null && (
            <FormField label="Users" errorText={faultAt(faults, 'users', true)}>
              <Multiselect
                placeholder="Choose who gets a new password"
                filteringType="auto"
                filteringAriaLabel="Find a user"
                empty="There are no users."
                noMatch="No user matches."
                options={userNames(resource.spec).map(optionOf)}
                selectedOptions={users.map(optionOf)}
                onChange={({ detail }) =>
                  setUsers(detail.selectedOptions.flatMap(({ value }) => value ?? []))
                }
              />
            </FormField>
          )}
        </>
      )}
      onDismiss={onDismiss}
    />
  );
}
