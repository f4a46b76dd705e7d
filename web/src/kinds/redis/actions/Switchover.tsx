import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ActionDialog } from '../../../parts/ActionDialog';
import { useHandover } from '../../../resource/use-handover';
import { statusOf, type RedisResource } from '../model/types';

interface Props {
  resource: RedisResource;
  /** The group that was pointed at. */
  group: string | undefined;
  onDismiss: () => void;
}

/** Hands the lead of a group to one of its followers. */
export function Switchover({ resource, group: given, onDismiss }: Props) {
  const handOver = useHandover();
  const groups = statusOf(resource)?.groups ?? [];
  const [group, setGroup] = useState(given ?? groups[0]?.name ?? '');
  const [to, setTo] = useState('');
  const chosen = groups.find(({ name }) => name === group);
  const followers = (chosen?.members ?? []).filter((name) => name !== chosen?.master);
  const anyone = { value: '', label: 'Whoever is most in sync' };
  const option = (value: string) => ({ value, label: value });
  return (
    <ActionDialog
      server={resource}
      action="switchover"
      title={`Switch over in ${resource.name}`}
      verb="Switch over"
      body={group === '' ? null : { group, ...(to === '' ? {} : { to }) }}
      onDone={handOver}
      onDismiss={onDismiss}
      inputs={(faults) => (
        <SpaceBetween size="m">
          <FormField
            label="Group"
            description={chosen?.master == null ? undefined : `Led by ${chosen.master} now.`}
            errorText={faults.get('group')}
          >
            <Select
              options={groups.map(({ name }) => option(name))}
              selectedOption={group === '' ? null : option(group)}
              onChange={({ detail }) => {
                setGroup(detail.selectedOption.value ?? '');
                setTo('');
              }}
            />
          </FormField>
          <FormField label="New master" errorText={faults.get('to')}>
            <Select
              options={[anyone, ...followers.map(option)]}
              selectedOption={to === '' ? anyone : option(to)}
              onChange={({ detail }) => setTo(detail.selectedOption.value ?? '')}
            />
          </FormField>
        </SpaceBetween>
      )}
    />
  );
}
