import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ActionDialog } from '../../../parts/ActionDialog';
import { PasswordField } from '../../../resource/form/PasswordField';
import { useHandover } from '../../../resource/use-handover';
import { redis } from '../model/names';
import type { RedisResource } from '../model/types';

interface Props {
  resource: RedisResource;
  onDismiss: () => void;
}

type Rotated = 'passwords' | 'certificates';

const longestOverlap = 86_400;

/** Before the server is asked for a plan of what cannot be. */
function faultOfOverlap(text: string): string | undefined {
  const isWithin = /^\d{1,5}$/.test(text) && Number(text) <= longestOverlap;
  return isWithin ? undefined : `Whole seconds, from 0 to ${longestOverlap} (a day)`;
}

/** New passwords, or new certificates. */
export function Rotate({ resource, onDismiss }: Props) {
  const handOver = useHandover();
  const [what, setWhat] = useState<Rotated>('passwords');
  const [password, setPassword] = useState<string | null>(null);
  const [overlap, setOverlap] = useState(String(resource.spec.passwordOverlapSeconds));
  const tls = resource.spec.enableTLS;
  const overlapFault = faultOfOverlap(overlap);
  const incomplete =
    what === 'passwords' && ((password !== null && password.length < 12) || overlapFault !== undefined);
  return (
    <ActionDialog
      server={resource}
      action="rotate"
      title={`Rotate in ${resource.name}`}
      verb="Rotate"
      body={
        incomplete
          ? null
          : what === 'certificates'
            ? { what }
            : {
                what,
                overlapSeconds: Number(overlap),
                ...(password === null ? {} : { systemPassword: password }),
              }
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
            <>
              <PasswordField
                noun={redis.noun.one}
                label="New system password"
                password={password}
                onChange={setPassword}
                fault={faults.get('systemPassword')}
              />
              <FormField
                label="Overlap in seconds"
                description="How long the old password stays valid beside the new one."
                errorText={overlapFault ?? faults.get('overlapSeconds')}
              >
                <Input
                  inputMode="numeric"
                  value={overlap}
                  onChange={({ detail }) => setOverlap(detail.value)}
                />
              </FormField>
            </>
          )}
        </SpaceBetween>
      )}
    />
  );
}
