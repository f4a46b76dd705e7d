import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';

export function Loading({ what }: { what: string }) {
  return (
    <Box padding="xl" textAlign="center" color="text-body-secondary">
      <span role="status">
        <Spinner /> Loading {what}…
      </span>
    </Box>
  );
}
