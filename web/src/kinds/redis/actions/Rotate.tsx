import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { RotateAction } from '../../../resource/actions/RotateAction';
import { PasswordField } from '../../../resource/form/PasswordField';
import { redis } from '../model/names';
import type { RedisResource } from '../model/types';

interface Props {
  resource: RedisResource;
  onDismiss: () => void;
}

const longestOverlap = 86_400;

/** Before the server is asked for a plan of what cannot be. */
function faultOfOverlap(text: string): string | undefined {
  const isWithin = /^\d{1,5}$/.test(text) && Number(text) <= longestOverlap;
  return isWithin ? undefined : `Whole seconds, from 0 to ${longestOverlap} (a day)`;
}

/** A new password beside the old one for a while, or new certificates. */
export function Rotate({ resource, onDismiss }: Props) {
  const [password, setPassword] = useState<string | null>(null);
  const [overlap, setOverlap] = useState(String(resource.spec.passwordOverlapSeconds));
  const tls = resource.spec.enableTLS;
  const overlapFault = faultOfOverlap(overlap);
  const incomplete = (password !== null && password.length < 12) || overlapFault !== undefined;
  return (
    <RotateAction
      resource={resource}
      words={{
        passwords: 'The old and the new one are both valid for a while, so that clients can follow.',
        certificates: tls
          ? 'New ones for every node, of the same authority.'
          : 'This cluster has none: TLS is off.',
      }}
      hasCertificates={tls}
      ofPasswords={
        incomplete
          ? null
          : {
              overlapSeconds: Number(overlap),
              ...(password === null ? {} : { systemPassword: password }),
            }
      }
      passwordInputs={(faults) => (
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
            <Input inputMode="numeric" value={overlap} onChange={({ detail }) => setOverlap(detail.value)} />
          </FormField>
        </>
      )}
      onDismiss={onDismiss}
    />
  );
}
