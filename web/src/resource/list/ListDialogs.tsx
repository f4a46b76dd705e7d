import type { ServerSummary } from '../../api/types';
import { OperationModal } from '../../parts/operation/OperationModal';
import type { PlainActionId } from '../actions/actions';
import { PlainAction } from '../actions/PlainAction';

/** What lies over the list: the plan of an action that waits for its acceptance, or an operation. */
export type Overlay =
  { what: 'action'; resource: ServerSummary; action: PlainActionId } | { what: 'operation'; id: string };

interface Props {
  noun: string;
  overlay: Overlay;
  onOverlay: (overlay: Overlay | null) => void;
}

export function ListDialogs({ noun, overlay, onOverlay }: Props) {
  const close = () => onOverlay(null);
  if (overlay.what === 'operation') return <OperationModal id={overlay.id} onClose={close} />;
  return (
    <PlainAction
      resource={overlay.resource}
      noun={noun}
      action={overlay.action}
      onDone={({ correlationId }) =>
        onOverlay(correlationId === null ? null : { what: 'operation', id: correlationId })
      }
      onDismiss={close}
    />
  );
}
