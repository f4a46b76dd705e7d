import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar, { type ProgressBarProps } from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Connection } from '../../api/live/operation-feed';
import type { OperationDetail } from '../../api/types';
import { actorInWords } from '../actor';
import { formatDuration } from '../format';
import { InternalLink } from '../InternalLink';
import { Money } from '../Money';
import { resourceHref } from '../resource-href';
import { OperationStatus } from '../Status';
import { Time } from '../Time';
import { useNow } from '../useNow';
import { elapsedOfOperation } from './progress';

const connections: Record<Connection, [StatusIndicatorProps.Type, string]> = {
  connecting: ['loading', 'Connecting'],
  live: ['info', 'Follows live'],
  polling: ['info', 'Every two seconds; the live stream is not to be had'],
  lost: ['warning', 'The server does not answer; trying again. What is shown may be old'],
  over: ['stopped', 'Over; nothing more will come'],
};

function barStatus({ state }: OperationDetail): ProgressBarProps.Status {
  if (state === 'failed' || state === 'cancelled') return 'error';
  return state === 'succeeded' ? 'success' : 'in-progress';
}

function resultText({ state, stepsDone, stepsTotal }: OperationDetail): string {
  if (state === 'succeeded') return 'Every step is done, and the result is proved';
  if (state === 'cancelled') return 'Cancelled; what it made is undone';
  return `Failed with ${stepsDone} of ${stepsTotal} steps done`;
}

interface Props {
  operation: OperationDetail;
  connection: Connection;
}

/** Where an operation stands, in numbers. */
export function Summary({ operation, connection }: Props) {
  const now = useNow(operation.final || operation.startedAt === null ? null : 1000);
  const [look, text] = connections[connection];
  const gone = operation.action === 'delete' && operation.state === 'succeeded';
  return (
    <SpaceBetween size="m">
      <ProgressBar
        value={operation.progressPercent}
        status={barStatus(operation)}
        label={operation.phase ?? 'Progress'}
        {...(operation.final
          ? {}
          : { additionalInfo: `${operation.stepsDone} of ${operation.stepsTotal} steps done` })}
        resultText={resultText(operation)}
      />
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Status', value: <OperationStatus operation={operation} /> },
          {
            label: 'Elapsed of expected',
            value: `${formatDuration(elapsedOfOperation(operation, now))} of ≈ ${formatDuration(operation.expectedMs)}`,
          },
          {
            label: 'Cost a month',
            value: <Money before={operation.monthlyUsdBefore} usd={operation.monthlyUsdAfter} />,
          },
          {
            label: 'Resource',
            value: gone ? (
              operation.resourceName
            ) : (
              <InternalLink href={resourceHref(operation.kind, operation.resourceId)}>
                {operation.resourceName}
              </InternalLink>
            ),
          },
          { label: 'Asked for by', value: actorInWords(operation.actor) },
          ...(operation.because === null ? [] : [{ label: 'Why', value: operation.because }]),
          { label: 'Started', value: <Time at={operation.startedAt} /> },
          { label: 'Ended', value: <Time at={operation.finishedAt} /> },
          { label: 'Correlation id', value: <code className="identifier">{operation.id}</code> },
          { label: 'This page', value: <StatusIndicator type={look}>{text}</StatusIndicator> },
        ]}
      />
    </SpaceBetween>
  );
}
