import Spinner from '@cloudscape-design/components/spinner';
import { useParams } from 'react-router';
import { useGetOperationQuery } from '../api/operations';
import { Page } from '../parts/Page';
import { ProblemAlert } from '../parts/ProblemAlert';
import { OperationStatus, StepStatus } from '../parts/Status';

export function OperationPage() {
  const { id = '' } = useParams();
  const { data, error, refetch } = useGetOperationQuery(id, { pollingInterval: 2000 });
  return (
    <Page title={data?.summary ?? 'Operation'} crumbs={[{ text: 'Operations', href: '/operations' }]}>
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {!data && !error && <Spinner />}
      {data && <OperationStatus operation={data} />}
      <ol>
        {data?.steps.map((step) => (
          <li key={step.id}>
            {step.title} <StepStatus state={step.state} stuck={step.stuck} />
          </li>
        ))}
      </ol>
    </Page>
  );
}
