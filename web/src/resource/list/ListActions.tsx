import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router';
import type { ServerSummary } from '../../api/types';
import { usePermission } from '../../state/usePermission';
import { isPlain, type PlainActionId } from '../actions/actions';
import { ActionsMenu } from '../actions/ActionsMenu';
import type { ListDescription } from './description';

interface Props {
  list: Pick<ListDescription, 'actionsOf' | 'createHref' | 'hrefOf'>;
  /** The one that is selected. */
  resource: ServerSummary | undefined;
  onRefresh: () => void;
  onAction: (resource: ServerSummary, action: PlainActionId) => void;
}

/** Refresh, View, the actions on the selected resource, and Create. */
export function ListActions({ list, resource, onRefresh, onAction }: Props) {
  const { actionsOf, createHref, hrefOf } = list;
  const navigate = useNavigate();
  const { mayAct } = usePermission();
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button iconName="refresh" ariaLabel="Refresh" onClick={onRefresh} />
      {actionsOf !== undefined && (
        <Button disabled={!resource} onClick={() => resource && void navigate(hrefOf(resource))}>
          View
        </Button>
      )}
      {actionsOf !== undefined && (
        <ActionsMenu
          disabled={!resource}
          choices={resource ? actionsOf(resource, mayAct) : []}
          onChoose={({ id }) => resource && isPlain(id) && onAction(resource, id)}
        />
      )}
      {createHref !== undefined && (
        <Button
          variant="primary"
          disabled={!mayAct('create')}
          disabledReason="Your token lacks the permission servers:create."
          onClick={() => void navigate(createHref)}
        >
          Create
        </Button>
      )}
    </SpaceBetween>
  );
}
