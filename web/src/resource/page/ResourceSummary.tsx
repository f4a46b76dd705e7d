import type { Resource } from '../../api/types';
import { asSentence, formatMoney } from '../../parts/format';

interface Props {
  resource: Resource;
  /** What the page says of it elsewhere, and need not be said twice. */
  problems: readonly string[];
}

/** Below the name: why it is as it is, and what it costs. */
export function ResourceSummary({ resource, problems }: Props) {
  const { condition, monthlyUsd, name } = resource;
  const reason = condition.reason === null || problems.includes(condition.reason) ? null : condition.reason;
  return (
    <>
      {reason !== null && <span>{asSentence(reason, name)}</span>}
      {reason !== null && monthlyUsd !== null && <br />}
      {monthlyUsd !== null && <span>{formatMoney(monthlyUsd)} a month</span>}
    </>
  );
}
