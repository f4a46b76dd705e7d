import Alert from '@cloudscape-design/components/alert';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import { skipToken } from '@reduxjs/toolkit/query';
import { useState } from 'react';
import { useGetOperationQuery } from '../../api/operations';
import { InternalLink } from '../../parts/InternalLink';
import { troublesOf } from '../../parts/operation/progress';
import { useNow } from '../../parts/useNow';

/** What is being done with a resource now, or what went wrong last. `id` is of its last operation. */
export function OperationNotice({ id }: { id: string | null }) {
  const [ended, setEnded] = useState<string | null>(null);
  const { currentData: operation } = useGetOperationQuery(id ?? skipToken, {
    pollingInterval: ended === id ? 0 : 2_000,
    skipPollingIfUnfocused: true,
  });
  const now = useNow(operation?.final === false ? 1000 : null);
  if (id === null || operation?.id !== id) return null;
  if (operation.final && ended !== id) setEnded(id);
  if (!operation.final && ended === id) setEnded(null);
  const link = <InternalLink href={`/operations/${id}`}>Open the operation</InternalLink>;
  if (operation.state === 'failed')
    return (
      <Alert
        type="error"
        i18nStrings={{ errorIconAriaLabel: 'Error' }}
        header="The last operation failed"
        action={link}
      >
        {operation.summary}: {operation.error ?? 'a step failed'}
      </Alert>
    );
  if (operation.final) return null;
  const [trouble] = troublesOf(operation, now);
  return (
    <Alert
      type={operation.stuck || trouble !== undefined ? 'warning' : 'info'}
      i18nStrings={{ infoIconAriaLabel: 'Information', warningIconAriaLabel: 'Warning' }}
      header={operation.stuck ? 'An operation is stuck' : operation.summary}
      action={link}
    >
      {trouble !== undefined && `${trouble.step.title}: ${trouble.cause}`}
      <ProgressBar
        value={operation.progressPercent}
        ariaLabel="Progress of the operation"
        additionalInfo={operation.phase ?? 'Waiting for its turn'}
      />
    </Alert>
  );
}
