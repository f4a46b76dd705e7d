import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { problemOf } from '../api/problem';
import type { Resource } from '../api/types';
import { NoPermissionPage } from '../parts/NoPermissionPage';
import { NotFoundPage } from '../parts/NotFoundPage';
import { Page } from '../parts/Page';
import { ProblemAlert } from '../parts/ProblemAlert';
import { usePermission } from '../state/usePermission';
import { crumbsOf, type KindNames } from './kind';
import { useResource } from './use-resource';

interface Props<Spec extends object, Status extends object> {
  names: KindNames;
  /** What the page is for; whoever may not do it is told so instead of being refused at the end. */
  action: string;
  children: (resource: Resource<Spec, Status>) => ReactNode;
}

/** The resource that the address names, read anew; or why there is none to show. */
export function ResourceGate<Spec extends object, Status extends object>({
  names,
  action,
  children,
}: Props<Spec, Status>) {
  const { id = '' } = useParams();
  const { mayAct } = usePermission();
  const { resource, error, refetch } = useResource<Spec, Status>(names, id);
  if (!mayAct(action)) return <NoPermissionPage needed={`servers:${action}`} />;
  if (resource !== undefined) return children(resource);
  if (error !== undefined && problemOf(error).status === 404)
    return <NotFoundPage what={`There is no ${names.noun.one} ${id}.`} />;
  if (error !== undefined)
    return (
      <Page title={names.title.one} crumbs={crumbsOf(names)}>
        <ProblemAlert error={error} onRetry={() => void refetch()} />
      </Page>
    );
  return (
    <Box padding="xxl" textAlign="center">
      <Spinner size="large" /> <Box variant="span">Reading the {names.noun.one}…</Box>
    </Box>
  );
}
