import Box from '@cloudscape-design/components/box';
import { useRouteError } from 'react-router';
import { ProblemAlert } from '../parts/ProblemAlert';

/** In place of a page whose code threw or could not be loaded. */
export function PageFailed() {
  const error = useRouteError();
  return (
    <Box padding="l">
      <ProblemAlert error={error} onRetry={() => window.location.reload()} />
    </Box>
  );
}
