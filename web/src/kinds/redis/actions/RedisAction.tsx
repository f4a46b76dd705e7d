import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { RedisServer } from '../../../api/types';
import { ActionDialog } from '../../../parts/ActionDialog';
import { InternalLink } from '../../../parts/InternalLink';
import { PasswordField } from '../form/PasswordField';
import type { Heal } from '../model/form';
import { statusOf } from '../model/types';
import { useHandover } from '../use-handover';
import type { ActionId } from './actions';

interface Props {
  server: RedisServer;
  action: ActionId;
  /** A group that is chosen already, for a switchover. */
  group?: string;
  onDismiss: () => void;
}

const plain = {
  stop: { title: 'Stop', verb: 'Stop cluster' },
  start: { title: 'Start', verb: 'Start cluster' },
  heal: { title: 'Heal', verb: 'Heal cluster' },
  delete: { title: 'Delete', verb: 'Delete cluster' },
} as const;

/** The dialog of one action. Those with a page of their own have none. */
export function RedisAction(props: Props) {
  const { server, action, onDismiss } = props;
  const handOver = useHandover();
  if (action === 'switchover') return <Switchover {...props} />;
  if (action === 'rotate') return <Rotate {...props} />;
  if (action === 'update' || action === 'upgrade' || action === 'downgrade') return null;
  return (
    <ActionDialog
      server={server}
      action={action}
      title={`${plain[action].title} ${server.name}`}
      verb={plain[action].verb}
      body={noArguments}
      typed={action === 'delete'}
      {...(action === 'heal' ? { inputs: () => <BeyondPolicy server={server} /> } : {})}
      onDone={handOver}
      onDismiss={onDismiss}
    />
  );
}

const noArguments = {};

const reach: Record<Heal, readonly Heal[]> = { none: [], safe: ['safe'], replace: ['safe', 'replace'] };

/** Healing goes as far as the policy: whoever sees drift stay learns what would mend it. */
function BeyondPolicy({ server }: Pick<Props, 'server'>) {
  const policy = server.spec.heal;
  const beyond = (statusOf(server)?.drift ?? []).filter(({ heals }) => !reach[policy].includes(heals));
  if (beyond.length === 0) return null;
  return (
    <Alert
      type="warning"
      i18nStrings={{ warningIconAriaLabel: 'Warning' }}
      header={`The heal policy “${policy}” does not reach all that has drifted`}
    >
      <ul>
        {beyond.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
      <InternalLink href={`/servers/update/${server.id}`}>Update the cluster</InternalLink> to mend it, or to
      let the policy reach further.
    </Alert>
  );
}

function Switchover({ server, group: given, onDismiss }: Props) {
  const handOver = useHandover();
  const groups = statusOf(server)?.groups ?? [];
  const [group, setGroup] = useState(given ?? groups[0]?.name ?? '');
  const [to, setTo] = useState('');
  const chosen = groups.find(({ name }) => name === group);
  const followers = (chosen?.members ?? []).filter((name) => name !== chosen?.master);
  const anyone = { value: '', label: 'Whoever is most in sync' };
  const option = (value: string) => ({ value, label: value });
  return (
    <ActionDialog
      server={server}
      action="switchover"
      title={`Switch over in ${server.name}`}
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

type Rotated = 'passwords' | 'certificates';

function Rotate({ server, onDismiss }: Props) {
  const handOver = useHandover();
  const [what, setWhat] = useState<Rotated>('passwords');
  const [password, setPassword] = useState<string | null>(null);
  const tls = server.spec.enableTLS;
  const incomplete = what === 'passwords' && password !== null && password.length < 12;
  return (
    <ActionDialog
      server={server}
      action="rotate"
      title={`Rotate in ${server.name}`}
      verb="Rotate"
      body={
        incomplete
          ? null
          : { what, ...(what === 'passwords' && password !== null ? { systemPassword: password } : {}) }
      }
      onDone={handOver}
      onDismiss={onDismiss}
      inputs={(faults) => (
        <SpaceBetween size="m">
          <FormField label="What" errorText={faults.get('what')}>
            <RadioGroup
              value={what}
              onChange={({ detail }) => setWhat(detail.value as Rotated)}
              items={[
                {
                  value: 'passwords',
                  label: 'Passwords',
                  description:
                    'The old and the new one are both valid for a while, so that clients can follow.',
                },
                {
                  value: 'certificates',
                  label: 'Certificates',
                  description: tls
                    ? 'New ones for every node, of the same authority.'
                    : 'This cluster has none: TLS is off.',
                  disabled: !tls,
                },
              ]}
            />
          </FormField>
          {what === 'passwords' && (
            <PasswordField
              label="New system password"
              password={password}
              onChange={setPassword}
              fault={faults.get('systemPassword')}
            />
          )}
        </SpaceBetween>
      )}
    />
  );
}
