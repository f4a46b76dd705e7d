import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useRevokeTokenMutation, type Token } from '../../api/tokens';
import { ProblemAlert } from '../../parts/ProblemAlert';

export function RevokeToken({ token, onClose }: { token: Token; onClose: () => void }) {
  const [revoke, { error, isLoading }] = useRevokeTokenMutation();
  const revokeNow = async () => {
    const answer = await revoke(token.id);
    if (!answer.error) onClose();
  };
  return (
    <Modal
      visible
      header={`Revoke ${token.name}?`}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            <Button variant="link" onClick={onClose}>
              Keep it
            </Button>
            <Button variant="primary" loading={isLoading} onClick={() => void revokeNow()}>
              Revoke token
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <Box>
          Whatever uses it is refused from then on, and every session that was begun with it ends. This cannot
          be undone.
        </Box>
        <ProblemAlert error={error} />
      </SpaceBetween>
    </Modal>
  );
}
