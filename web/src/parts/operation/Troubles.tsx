import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { OperationDetail } from '../../api/types';
import { formatCount } from '../format';
import { Time } from '../Time';
import { troublesOf } from './progress';

/** More than these are all of one cause, mostly; the list of steps has the others. */
const mostShown = 5;

/** What keeps an operation from going on: which step, since when, why, and what to do. */
export function Troubles({ operation }: { operation: OperationDetail }) {
  const troubles = troublesOf(operation);
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
          header={kind === 'failed' ? `Failed: ${step.title}` : `Stuck: ${step.title}`}
          i18nStrings={{ errorIconAriaLabel: 'Error', warningIconAriaLabel: 'Warning' }}
        >
          <div>{cause}</div>
          {kind === 'stuck' && (
            <div>
              No progress since <Time at={step.progressAt} />.
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
