import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OperationDetail } from '../../api/types';
import { formatCount, formatDuration } from '../format';
import { Time } from '../Time';
import { useNow } from '../useNow';
import { elapsedOf, troublesOf } from './progress';

/** More than these are all of one cause, mostly; the list of steps has the others. */
const mostShown = 5;

const headers = { failed: 'Failed', stuck: 'Stuck', late: 'Late' } as const;

/** What keeps an operation from going on: which step, since when, why, and what to do. */
export function Troubles({ operation }: { operation: OperationDetail }) {
  const now = useNow(operation.final ? null : 1000);
  const troubles = troublesOf(operation, now);
  const unexplained = operation.state === 'failed' && troubles.length === 0;
  if (troubles.length === 0 && !unexplained) return null;
  return (
    <SpaceBetween size="s">
      {unexplained && (
        <Alert type="error" header="The operation failed" i18nStrings={{ errorIconAriaLabel: 'Error' }}>
          {operation.error}
        </Alert>
      )}
      {troubles.slice(0, mostShown).map(({ kind, step, cause, remedy }) => (
        <Alert
          key={step.id}
          type={kind === 'failed' ? 'error' : 'warning'}
          header={`${headers[kind]}: ${step.title}`}
          i18nStrings={{ errorIconAriaLabel: 'Error', warningIconAriaLabel: 'Warning' }}
        >
          <div>{cause}</div>
          {kind === 'stuck' && (
            <div>
              No progress since <Time at={step.progressAt} />.
            </div>
          )}
          {kind === 'late' && (
            <div>
              Since {formatDuration(elapsedOf(step, now) ?? 0)}; expected were about{' '}
              {formatDuration(step.expectedMs)}.
            </div>
          )}
          <div>{remedy}</div>
        </Alert>
      ))}
      {troubles.length > mostShown && (
        <div>and {formatCount(troubles.length - mostShown, 'more step')} in the list below</div>
      )}
    </SpaceBetween>
  );
}
