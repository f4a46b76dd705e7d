import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useCancelOperationMutation, useRetryOperationMutation } from '../../api/operations';
import type { OperationDetail } from '../../api/types';
import { usePermission } from '../../state/usePermission';
import { ProblemAlert } from '../ProblemAlert';
import { mayCancel, mayRetry, pointOfNoReturn } from './progress';

interface Props {
  operation: OperationDetail;
  /** The server has taken it: the operation goes on, and is to be followed again. */
  onSteered: () => void;
}

/** Cancel and Retry, where the server would take them and the user may. */
export function OperationActions({ operation, onSteered }: Props) {
  const { may } = usePermission();
  const [asking, setAsking] = useState(false);
  const [retry, retrying] = useRetryOperationMutation();
  const noWayBack = pointOfNoReturn(operation);
  const undoes = operation.steps.filter((step) => step.startedAt !== null).length;

  async function retryNow() {
    const answer = await retry(operation.id);
    if (!answer.error) onSteered();
  }
  return (
    <>
      <SpaceBetween size="xs" direction="horizontal">
        {mayCancel(operation) && (
          <Button
            onClick={() => setAsking(true)}
            disabled={noWayBack !== null || !may('operations:cancel')}
            disabledReason={
              noWayBack === null
                ? 'Your token lacks the permission operations:cancel.'
                : `“${noWayBack}” has begun, which cannot be undone.`
            }
          >
            Cancel
          </Button>
        )}
        {mayRetry(operation) && (
          <Button
            variant="primary"
            onClick={() => void retryNow()}
            loading={retrying.isLoading}
            disabled={!may('operations:retry')}
            disabledReason="Your token lacks the permission operations:retry."
          >
            Retry
          </Button>
        )}
      </SpaceBetween>
      {retrying.error !== undefined && (
        <Box margin={{ top: 's' }}>
          <ProblemAlert error={retrying.error} />
        </Box>
      )}
      {asking && (
        <CancelDialog
          operation={operation}
          undoes={undoes}
          onClose={() => setAsking(false)}
          onSteered={onSteered}
        />
      )}
    </>
  );
}

interface DialogProps extends Props {
  undoes: number;
  onClose: () => void;
}

function CancelDialog({ operation, undoes, onClose, onSteered }: DialogProps) {
  const [cancel, { error, isLoading }] = useCancelOperationMutation();
  async function cancelNow() {
    const answer = await cancel(operation.id);
    if (answer.error) return;
    onSteered();
    onClose();
  }
  return (
    <Modal
      visible
      onDismiss={onClose}
      header="Cancel this operation?"
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onClose}>
              Let it go on
            </Button>
            <Button variant="primary" loading={isLoading} onClick={() => void cancelNow()}>
              Cancel and undo
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>
          “{operation.summary}” stops, and what it has made is undone in reverse order: {undoes}{' '}
          {undoes === 1 ? 'step has' : 'steps have'} begun. What was there before counts again.
        </Box>
        <ProblemAlert error={error} />
      </SpaceBetween>
    </Modal>
  );
}
