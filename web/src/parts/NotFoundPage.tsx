import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation } from 'react-router';
import { InternalLink } from './InternalLink';
import { Page } from './Page';

interface Props {
  /** What was looked for, when it is not the page itself. */
  what?: string;
}

export function NotFoundPage({ what }: Props) {
  const { pathname } = useLocation();
  return (
    <Page title="Not found">
      <SpaceBetween size="m">
        <Box variant="p">
          {what ?? (
            <>
              There is no page <code>{pathname}</code>.
            </>
          )}{' '}
          It may have been deleted, belong to another organization, or the address may be mistyped.
        </Box>
        <InternalLink href="/">To the first page</InternalLink>
        <InternalLink href="/operations">All operations</InternalLink>
      </SpaceBetween>
    </Page>
  );
}
