import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router';
import { OperationActions } from './OperationActions';
import { OperationView } from './OperationView';
import { useLiveOperation } from './useLiveOperation';

interface Props {
  id: string;
  onClose: () => void;
}

/** The operation view over the page from which something was begun. It may be closed at any time: the operation goes
 *  on, and the list leads back to it. */
export function OperationModal({ id, onClose }: Props) {
  const live = useLiveOperation(id);
  const navigate = useNavigate();
  return (
    <Modal
      visible
      size="max"
      onDismiss={onClose}
      header={live.operation?.summary ?? 'Operation'}
      footer={
        <Box float="right">
          <SpaceBetween size="xs" direction="horizontal">
            {live.operation && <OperationActions operation={live.operation} onSteered={live.restart} />}
            <Button onClick={() => void navigate(`/operations/${id}`)}>Open as a page</Button>
            <Button variant="primary" onClick={onClose}>
              Close
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <OperationView {...live} />
    </Modal>
  );
}
