import type { ServerSummary } from '../../../api/types';
import { ActionDialog } from '../../../parts/ActionDialog';
import { OperationModal } from '../../../parts/operation/OperationModal';

/** What lies over the list: the plan of an action that waits for its acceptance, or an operation. */
export type Overlay =
  | { what: 'action'; server: ServerSummary; action: 'start' | 'stop' | 'delete' }
  | { what: 'operation'; id: string };

interface Props {
  overlay: Overlay;
  onOverlay: (overlay: Overlay | null) => void;
}

const verbs = { start: 'Start', stop: 'Stop', delete: 'Delete' };
const noArguments = {};

export function ServerDialogs({ overlay, onOverlay }: Props) {
  const close = () => onOverlay(null);
  if (overlay.what === 'operation') return <OperationModal id={overlay.id} onClose={close} />;
  const { server, action } = overlay;
  return (
    <ActionDialog
      server={server}
      action={action}
      title={`${verbs[action]} ${server.name}`}
      verb={`${verbs[action]} cluster`}
      body={noArguments}
      typed={action === 'delete'}
      onDone={({ correlationId }) =>
        onOverlay(correlationId === null ? null : { what: 'operation', id: correlationId })
      }
      onDismiss={close}
    />
  );
}
