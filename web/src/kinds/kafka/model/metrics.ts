import { formatBytes } from '../../../parts/format';
import type { Metric } from '../../../resource/panels/series';

const records = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** How much each consumer group has not read yet. */
export const lagMetric: Metric = {
  metric: 'consumerLag',
  title: 'Consumer lag, in records',
  format: (value) => records.format(value),
  binary: false,
  most: 8,
};

/** What is measured of a cluster, in the order in which it is shown. */
export const metrics: readonly Metric[] = [
  { metric: 'logBytes', title: 'Data', format: formatBytes, binary: true },
  { metric: 'diskFreeBytes', title: 'Disk left', format: formatBytes, binary: true },
  lagMetric,
];
