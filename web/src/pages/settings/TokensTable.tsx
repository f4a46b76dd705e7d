import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useListTokensQuery, type Token } from '../../api/tokens';
import { permissionsInWords } from '../../parts/format';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { Time } from '../../parts/Time';
import { usePermission } from '../../state/usePermission';
import { CreateToken } from './CreateToken';
import { RevokeToken } from './RevokeToken';

/** Who may sign in, with what permissions; the tokens themselves are known to their holders only. */
export function TokensTable() {
  const { may } = usePermission();
  const { data, error, isLoading, refetch } = useListTokensQuery(undefined, {
    refetchOnMountOrArgChange: true,
  });
  const [creating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState<Token | null>(null);
  return (
    <SpaceBetween size="m">
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      <Table<Token>
        header={
          <Header
            variant="h2"
            counter={data === undefined ? '' : `(${data.length})`}
            description="Each program and each person has one of its own, so that one can be revoked by itself."
            actions={
              <Button
                disabled={!may('tokens:create')}
                disabledReason="Your token lacks the permission tokens:create."
                onClick={() => setCreating(true)}
              >
                Create token
              </Button>
            }
          >
            Tokens
          </Header>
        }
        items={data ?? []}
        trackBy="id"
        wrapLines
        loading={isLoading}
        loadingText="Loading tokens"
        empty={<Box textAlign="center">There is no token.</Box>}
        ariaLabels={{ tableLabel: 'Tokens' }}
        columnDefinitions={[
          {
            id: 'name',
            header: 'Name',
            cell: ({ name, current }) => (
              <SpaceBetween size="xs" direction="horizontal">
                <span>{name}</span>
                {current && <Badge color="blue">This session</Badge>}
              </SpaceBetween>
            ),
            isRowHeader: true,
            minWidth: 150,
          },
          {
            id: 'permissions',
            header: 'Permissions',
            cell: ({ permissions }) => permissionsInWords(permissions),
            minWidth: 200,
          },
          { id: 'created', header: 'Made', cell: ({ createdAt }) => <Time at={createdAt} />, minWidth: 120 },
          {
            id: 'revoke',
            header: 'Revoke',
            minWidth: 110,
            cell: (token) => (
              <Button
                variant="inline-link"
                ariaLabel={`Revoke ${token.name}`}
                disabled={token.current || !may('tokens:delete')}
                disabledReason={
                  token.current
                    ? 'You are signed in with it; revoke it with another token.'
                    : 'Your token lacks the permission tokens:delete.'
                }
                onClick={() => setRevoked(token)}
              >
                Revoke
              </Button>
            ),
          },
        ]}
      />
      {creating && <CreateToken onClose={() => setCreating(false)} />}
      {revoked !== null && <RevokeToken token={revoked} onClose={() => setRevoked(null)} />}
    </SpaceBetween>
  );
}
