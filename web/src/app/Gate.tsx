import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { Navigate, Outlet, useLocation } from 'react-router';
import { useGetSessionQuery } from '../api/session';
import { ProblemAlert } from '../parts/ProblemAlert';
import { useAppSelector } from '../state/store';

/** Lets those in who are signed in; the others sign in first and then get where they wanted to go. */
export function Gate() {
  const phase = useAppSelector((state) => state.session.phase);
  const location = useLocation();
  const { error, refetch } = useGetSessionQuery(undefined, { skip: phase !== 'unknown' });
  if (phase === 'signed-in') return <Outlet />;
  if (phase === 'signed-out') {
    const next = encodeURIComponent(location.pathname + location.search);
    return <Navigate to={`/sign-in?next=${next}`} replace />;
  }
  return (
    <Box padding="xxl" textAlign="center">
      {error ? (
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Spinner size="large" /> <Box variant="span">Asking who is signed in…</Box>
        </>
      )}
    </Box>
  );
}
