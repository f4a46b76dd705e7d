import { Navigate, useParams } from 'react-router';
import { kinds } from '../kinds/kinds';
import { NotFoundPage } from '../parts/NotFoundPage';
import { pageHref } from '../resource/kind';

/** Leads from `/r/KIND/ID` to the page that the kind has for its resources. */
export function ResourceRoute() {
  const { kind, id = '' } = useParams();
  const known = kinds.find((one) => one.kind === kind);
  return known ? <Navigate to={pageHref(known, id)} replace /> : <NotFoundPage />;
}
