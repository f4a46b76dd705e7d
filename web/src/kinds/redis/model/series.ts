// What was measured, as a chart draws it. Pure.

import type { SeriesAnswer } from '../../../api/history';
import { formatBytes } from '../../../parts/format';

export interface Curve {
  readonly node: string;
  readonly values: readonly (number | null)[];
  readonly latest: number | null;
}

export interface Chart {
  readonly metric: string;
  readonly title: string;
  /** Seconds since 1970, as the chart's axis takes them. */
  readonly times: readonly number[];
  readonly curves: readonly Curve[];
  readonly format: (value: number) => string;
  readonly binary: boolean;
}

const kCharts = [
  {
    metric: 'operationsPerSecond',
    title: 'Operations a second',
    format: (value: number) => `${Math.round(value * 10) / 10}/s`,
    binary: false,
  },
  { metric: 'usedMemoryBytes', title: 'Memory', format: formatBytes, binary: true },
  { metric: 'replicationLagBytes', title: 'Replication lag', format: formatBytes, binary: true },
] as const;

function latestOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}

/** One chart a metric, those that were measured only, nodes in the order of their names. */
export function chartsOf(answer: SeriesAnswer): Chart[] {
  const collator = new Intl.Collator('en', { numeric: true });
  const times = answer.times.map((time) => Date.parse(time) / 1000);
  return kCharts.flatMap((chart) => {
    const curves = answer.series
      .filter(({ metric }) => metric === chart.metric)
      .map(({ node, values }) => ({ node, values, latest: latestOf(values) }))
      .sort((one, other) => collator.compare(one.node, other.node));
    return curves.length === 0 ? [] : [{ ...chart, times, curves }];
  });
}

/** The chart in words, for those who hear it. */
export function chartInWords({ title, curves, format }: Chart): string {
  const latest = curves.map(
    ({ node, latest: value }) => `${node} ${value === null ? 'unknown' : format(value)}`,
  );
  return `${title}, latest: ${latest.join(', ')}`;
}
