// What was measured, as a chart draws it. Pure.

import type { SeriesAnswer } from '../../api/history';
import { latestOf } from '../../parts/latest';

/** What a kind measures, by the name that the API gives it. */
export interface Metric {
  readonly metric: string;
  readonly title: string;
  readonly format: (value: number) => string;
  /** Counted in powers of two, as bytes are. */
  readonly binary: boolean;
  /** Of more curves only the largest are drawn: there may be hundreds. */
  readonly most?: number;
}

export interface Curve {
  readonly node: string;
  readonly values: readonly (number | null)[];
  readonly latest: number | null;
}

export interface Chart extends Metric {
  /** Seconds since 1970, as the chart's axis takes them. */
  readonly times: readonly number[];
  readonly curves: readonly Curve[];
  /** How many more there are than are drawn. */
  readonly others: number;
}

/** Those whose latest value is the largest. */
function largest(curves: readonly Curve[], most: number): Curve[] {
  const value = ({ latest }: Curve) => latest ?? -Number.MAX_VALUE;
  return [...curves].sort((one, other) => value(other) - value(one)).slice(0, most);
}

/** One chart a metric, those that were measured only, nodes in the order of their names. */
export function chartsOf(answer: SeriesAnswer, metrics: readonly Metric[]): Chart[] {
  const collator = new Intl.Collator('en', { numeric: true });
  const times = answer.times.map((time) => Date.parse(time) / 1000);
  return metrics.flatMap((chart) => {
    const all = answer.series
      .filter(({ metric }) => metric === chart.metric)
      .map(({ node, values }) => ({ node, values, latest: latestOf(values) }));
    const curves = largest(all, chart.most ?? all.length).sort((one, other) =>
      collator.compare(one.node, other.node),
    );
    return curves.length === 0 ? [] : [{ ...chart, times, curves, others: all.length - curves.length }];
  });
}

/** That not all are drawn; null when all are. */
export const othersInWords = ({ curves, others }: Pick<Chart, 'curves' | 'others'>): string | null =>
  others === 0
    ? null
    : `The ${curves.length} largest are drawn, ${others.toLocaleString('en-US')} more are not.`;

/** The chart in words, for those who hear it. */
export function chartInWords({ title, curves, format }: Chart): string {
  const latest = curves.map(
    ({ node, latest: value }) => `${node} ${value === null ? 'unknown' : format(value)}`,
  );
  return `${title}, latest: ${latest.join(', ')}`;
}
