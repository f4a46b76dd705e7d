import { formatMoney } from './format';

/** A price a month in US dollars, or a change of it. */
export function Money({ usd, before }: { usd: number; before?: number }) {
  if (before === undefined || before === usd) return <span>{formatMoney(usd)}</span>;
  return (
    <span>
      {formatMoney(before)} → {formatMoney(usd)}
    </span>
  );
}
