import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { problemOf } from '../../api/problem';
import { useGetRedisQuery } from '../../api/servers';
import type { RedisServerDetail } from '../../api/types';
import { usePermission } from '../../app/usePermission';
import { NoPermissionPage } from '../../pages/NoPermissionPage';
import { NotFoundPage } from '../../pages/NotFoundPage';
import { Page } from '../../parts/Page';
import { ProblemAlert } from '../../parts/ProblemAlert';

interface Props {
  /** What the page is for; whoever may not do it is told so instead of being refused at the end. */
  action: string;
  children: (server: RedisServerDetail) => ReactNode;
}

/** The cluster that the address names, read anew; or why there is none to show. */
export function ServerGate({ action, children }: Props) {
  const { id = '' } = useParams();
  const { mayAct } = usePermission();
  const { currentData, error, refetch } = useGetRedisQuery({ id }, { refetchOnMountOrArgChange: true });
  if (!mayAct(action)) return <NoPermissionPage needed={`servers:${action}`} />;
  if (currentData !== undefined) return children(currentData);
  if (error !== undefined && problemOf(error).status === 404)
    return <NotFoundPage what={`There is no cluster ${id}.`} />;
  if (error !== undefined)
    return (
      <Page title="Redis cluster" crumbs={[{ text: 'Redis clusters', href: '/servers' }]}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return (
    <Box padding="xxl" textAlign="center">
      <Spinner size="large" /> <Box variant="span">Reading the cluster…</Box>
    </Box>
  );
}
