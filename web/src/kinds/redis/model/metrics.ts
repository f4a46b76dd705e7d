import { formatBytes } from '../../../parts/format';
import type { Metric } from '../../../resource/panels/series';

/** What is measured of a cluster, in the order in which it is shown. */
export const metrics: readonly Metric[] = [
  {
    metric: 'operationsPerSecond',
    title: 'Operations a second',
    format: (value) => `${Math.round(value * 10) / 10}/s`,
    binary: false,
  },
  { metric: 'usedMemoryBytes', title: 'Memory', format: formatBytes, binary: true },
  { metric: 'replicationLagBytes', title: 'Replication lag', format: formatBytes, binary: true },
];
