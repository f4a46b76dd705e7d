import FormField from '@cloudscape-design/components/form-field';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState, type ReactNode } from 'react';
import { ActionDialog } from '../../parts/ActionDialog';
import type { FaultMap } from '../form/faults';
import { useHandover } from '../use-handover';

type Rotated = 'passwords' | 'certificates';

interface Props {
  resource: { id: string; name: string };
  /** What rotating each of them means for clients. */
  words: Readonly<Record<Rotated, string>>;
  /** Whether there are any. */
  hasCertificates: boolean;
  /** What is said of new passwords; null while it is not complete. */
  ofPasswords: object | null;
  /** The inputs for it. */
  passwordInputs: (faults: FaultMap) => ReactNode;
  onDismiss: () => void;
}

/** New passwords, or new certificates. */
export function RotateAction({
  resource,
  words,
  hasCertificates,
  ofPasswords,
  passwordInputs,
  onDismiss,
}: Props) {
  const handOver = useHandover();
  const [what, setWhat] = useState<Rotated>('passwords');
  const more = what === 'passwords' ? ofPasswords : {};
  return (
    <ActionDialog
      server={resource}
      action="rotate"
      title={`Rotate in ${resource.name}`}
      verb="Rotate"
      body={more === null ? null : { what, ...more }}
      onDone={handOver}
      onDismiss={onDismiss}
      inputs={(faults) => (
        <SpaceBetween size="m">
          <FormField label="What" errorText={faults.get('what')}>
            <RadioGroup
              value={what}
              onChange={({ detail }) => setWhat(detail.value as Rotated)}
              items={[
                { value: 'passwords', label: 'Passwords', description: words.passwords },
                {
                  value: 'certificates',
                  label: 'Certificates',
                  description: words.certificates,
                  disabled: !hasCertificates,
                },
              ]}
            />
          </FormField>
          {what === 'passwords' && passwordInputs(faults)}
        </SpaceBetween>
      )}
    />
  );
}
