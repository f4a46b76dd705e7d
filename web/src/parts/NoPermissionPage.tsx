import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useNavigate } from 'react-router';
import { useAppSelector } from '../state/store';
import { permissionsInWords } from './format';
import { InternalLink } from './InternalLink';
import { Page } from './Page';

interface Props {
  /** The permission that a page needs, when the page itself has noticed that it is lacking. */
  needed?: string;
}

export function NoPermissionPage({ needed }: Props) {
  const session = useAppSelector((state) => state.session.session);
  const navigate = useNavigate();
  return (
    <Page title="No permission">
      <SpaceBetween size="m">
        <Box variant="p">
          {needed === undefined ? (
            'You may not do what you asked for.'
          ) : (
            <>
              This page needs the permission <code>{needed}</code>.
            </>
          )}
        </Box>
        {session && (
          <Box variant="p">
            You are signed in with the token “{session.name}” of {session.organization.name}. It grants:{' '}
            {permissionsInWords(session.permissions)}. An administrator can make a token that grants more.
          </Box>
        )}
        <SpaceBetween size="s" direction="horizontal" alignItems="center">
          <Button onClick={() => void navigate(-1)}>Go back</Button>
          <InternalLink href="/settings">Settings</InternalLink>
        </SpaceBetween>
      </SpaceBetween>
    </Page>
  );
}
