import { useParams } from 'react-router';
import { useLiveOperation } from '../api/live/useLiveOperation';
import { OperationActions } from '../parts/operation/OperationActions';
import { maySteer } from '../parts/operation/progress';
import { OperationView } from '../parts/operation/OperationView';
import { Page } from '../parts/Page';
import { NotFoundPage } from './NotFoundPage';

const crumbs = [{ text: 'Operations', href: '/operations' }];

export function OperationPage() {
  const { id = '' } = useParams();
  const live = useLiveOperation(id);
  if (live.problem?.status === 404) return <NotFoundPage what={`There is no operation ${id}.`} />;
  return (
    <Page
      title={live.operation?.summary ?? 'Operation'}
      crumbs={crumbs}
      actions={
        live.operation &&
        maySteer(live.operation) && <OperationActions operation={live.operation} onSteered={live.restart} />
      }
    >
      <OperationView {...live} />
    </Page>
  );
}
