import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useChangeServerMutation } from '../../../api/servers';
import { newIdempotencyKey } from '../../../parts/idempotency-key';
import { ProblemAlert } from '../../../parts/ProblemAlert';
import { NumberInput } from '../../../resource/form/NumberInput';
import { noticed } from '../../../state/notices';
import { useAppDispatch } from '../../../state/store';
import { boundInWords, bytesOf, megabytesOf, mostMegabytes } from '../model/moving';
import type { KafkaResource } from '../model/types';

interface Props {
  resource: KafkaResource;
  onDismiss: () => void;
}

/** Another bound for replicas that move. It holds at once and is no operation, so that there is no plan to review. */
export function Throttle({ resource, onDismiss }: Props) {
  const dispatch = useAppDispatch();
  const [change, changing] = useChangeServerMutation();
  const present = resource.spec.reassignmentBytesPerSecond;
  const [wanted, setWanted] = useState(present);
  const submit = async () => {
    const { id, generation } = resource;
    const body = { bytesPerSecond: wanted };
    try {
      await change({ id, action: 'throttle', body, generation, key: newIdempotencyKey() }).unwrap();
    } catch {
      return; // What failed is shown by the mutation itself.
    }
    const content = `Replicas of ${resource.name} now move ${boundInWords(wanted)}.`;
    dispatch(noticed({ id: `throttle-${id}`, type: 'success', content, link: null }));
    onDismiss();
  };
  return (
    <Modal
      visible
      header="Change the bound for moving replicas"
      closeAriaLabel="Close"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onDismiss}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={wanted === present}
              disabledReason="This is the bound now"
              loading={changing.isLoading}
              loadingText="Changing the bound"
              onClick={() => void submit()}
            >
              Change the bound
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="l">
        {changing.error !== undefined && <ProblemAlert error={changing.error} />}
        <FormField
          label="MB a second of each broker"
          description="A higher bound moves replicas sooner; a lower one leaves clients more of the network."
          constraintText="0 means no bound. It holds at once, for replicas that move now, too."
        >
          <NumberInput
            value={megabytesOf(wanted)}
            least={0}
            most={mostMegabytes}
            decimals={1}
            onChange={(megabytes) => setWanted(bytesOf(megabytes))}
          />
        </FormField>
      </SpaceBetween>
    </Modal>
  );
}
