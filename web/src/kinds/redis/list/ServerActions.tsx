import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router';
import type { ServerSummary } from '../../../api/types';
import { usePermission } from '../../../app/usePermission';
import { actionsOf, type Actionable } from '../actions/actions';

/** Those that need no more of a cluster than its name; the others are on the cluster's own page. */
export const listActions = ['update', 'upgrade', 'downgrade', 'start', 'stop', 'delete'] as const;
export type ListAction = (typeof listActions)[number];

function actionable(server: ServerSummary): Actionable {
  return {
    id: server.id,
    state: server.state,
    spec: {
      power: server.state === 'stopped' ? 'off' : 'on',
      type: server.type === 'single' ? 'single' : 'sentinel',
    },
  };
}

interface Props {
  /** The one that is selected. */
  server: ServerSummary | undefined;
  onRefresh: () => void;
  onAction: (server: ServerSummary, action: 'start' | 'stop' | 'delete') => void;
}

/** Refresh, View, the actions on the selected cluster, and Create. */
export function ServerActions({ server, onRefresh, onAction }: Props) {
  const navigate = useNavigate();
  const { mayAct } = usePermission();
  const choices = server
    ? actionsOf(actionable(server), mayAct).filter(({ id }) =>
        (listActions as readonly string[]).includes(id),
      )
    : [];
  return (
    <SpaceBetween size="xs" direction="horizontal">
      <Button iconName="refresh" ariaLabel="Refresh" onClick={onRefresh} />
      <Button disabled={!server} onClick={() => server && void navigate(`/servers/${server.id}`)}>
        View
      </Button>
      <ButtonDropdown
        disabled={!server}
        items={choices.map(({ id, text, disabledReason }) => ({
          id,
          text,
          disabled: disabledReason !== null,
          ...(disabledReason === null ? {} : { disabledReason }),
        }))}
        onItemClick={({ detail }) => {
          const choice = choices.find(({ id }) => id === detail.id);
          if (!server || !choice) return;
          if (choice.href !== null) void navigate(choice.href);
          else onAction(server, choice.id as 'start' | 'stop' | 'delete');
        }}
      >
        Actions
      </ButtonDropdown>
      <Button
        variant="primary"
        disabled={!mayAct('create')}
        disabledReason="Your token lacks the permission servers:create."
        onClick={() => void navigate('/servers/create')}
      >
        Create
      </Button>
    </SpaceBetween>
  );
}
