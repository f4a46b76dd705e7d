import { useParams } from 'react-router';
import { NotFoundPage } from '../parts/NotFoundPage';
import { OperationActions } from '../parts/operation/OperationActions';
import { OperationView } from '../parts/operation/OperationView';
import { maySteer } from '../parts/operation/progress';
import { useLiveOperation } from '../parts/operation/useLiveOperation';
import { Page } from '../parts/Page';

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
