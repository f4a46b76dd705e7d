import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { problemOf } from '../../api/problem';
import { useCreateTokenMutation } from '../../api/tokens';
import { Copy } from '../../parts/Copy';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { usePermission } from '../../state/usePermission';
import { kPermissions } from './permissions';

/** A name and permissions; then the token, this once. */
export function CreateToken({ onClose }: { onClose: () => void }) {
  const { may } = usePermission();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [create, { data: made, error, isLoading }] = useCreateTokenMutation();
  const faults = error === undefined ? [] : problemOf(error).errors;
  const faultOf = (begin: string) => faults.find(({ path }) => path.startsWith(begin))?.message;
  // No more than one's own can be given.
  const options = kPermissions.filter(({ value }) => may(value));
  const ready = name.trim() !== '' && chosen.length > 0;
  return (
    <Modal
      visible
      size="large"
      header={made === undefined ? 'Create token' : `The token of ${made.name}`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            {made === undefined ? (
              <>
                <Button variant="link" onClick={onClose}>
                  Cancel
                </Button>
                <Button
                  variant="primary"
                  loading={isLoading}
                  disabled={!ready}
                  disabledReason="Give it a name and at least one permission"
                  onClick={() => void create({ name: name.trim(), permissions: [...chosen] })}
                >
                  Create token
                </Button>
              </>
            ) : (
              <Button variant="primary" onClick={onClose}>
                I have kept it
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      {made === undefined ? (
        <SpaceBetween size="m">
          <ProblemAlert error={error} shownElsewhere={(path) => /^(name|permissions)/.test(path)} />
          <FormField label="Name" description="Who or what it is for." errorText={faultOf('name')}>
            <Input value={name} onChange={({ detail }) => setName(detail.value)} autoComplete={false} />
          </FormField>
          <FormField
            label="Permissions"
            description="What it may do, at most what your own token may."
            errorText={faultOf('permissions')}
          >
            <Multiselect
              options={options}
              selectedOptions={options.filter(({ value }) => chosen.includes(value))}
              onChange={({ detail }) => setChosen(detail.selectedOptions.flatMap(({ value }) => value ?? []))}
              placeholder="Choose permissions"
              filteringType="auto"
              filteringAriaLabel="Find a permission"
            />
          </FormField>
        </SpaceBetween>
      ) : (
        <SpaceBetween size="m">
          <Alert type="warning" i18nStrings={{ warningIconAriaLabel: 'Warning' }}>
            It is shown now and never again: the server keeps its hash only.
          </Alert>
          <Copy variant="inline" text={made.token} label="Copy the token" />
        </SpaceBetween>
      )}
    </Modal>
  );
}
