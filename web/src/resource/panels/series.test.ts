import { expect, it } from 'vitest';
import { formatBytes } from '../../parts/format';
import { chartInWords, chartsOf, othersInWords, type Metric } from './series';

const metrics: readonly Metric[] = [
  { metric: 'turnsPerSecond', title: 'Turns a second', format: (value) => `${value}/s`, binary: false },
  { metric: 'usedMemoryBytes', title: 'Memory', format: formatBytes, binary: true },
  { metric: 'neverMeasured', title: 'Never measured', format: String, binary: false },
];

const answer = {
  resourceId: 'res_1',
  from: '2026-11-21T00:00:00.000Z',
  to: '2026-11-21T00:01:00.000Z',
  times: ['2026-11-21T00:00:00.000Z', '2026-11-21T00:00:30.000Z'],
  series: [
    { metric: 'usedMemoryBytes', node: 'replica-10', values: [1024, null] },
    { metric: 'usedMemoryBytes', node: 'replica-2', values: [null, 2048] },
    { metric: 'somethingNew', node: 'replica-2', values: [1, 2] },
    { metric: 'turnsPerSecond', node: 'master-1', values: [null, null] },
  ],
};

it('is a chart for each metric that was measured and is known', () => {
  expect(
    chartsOf(answer, metrics).map(({ title, curves }) => [title, curves.map(({ node }) => node)]),
  ).toEqual([
    ['Turns a second', ['master-1']],
    ['Memory', ['replica-2', 'replica-10']],
  ]);
  expect(chartsOf(answer, metrics)[0]?.times).toEqual([1795219200, 1795219230]);
});

it('says the latest values in words', () => {
  expect(chartsOf(answer, metrics).map(chartInWords)).toEqual([
    'Turns a second, latest: master-1 unknown',
    'Memory, latest: replica-2 2 KiB, replica-10 1 KiB',
  ]);
});

it('draws the largest of many, and says how many more there are', () => {
  const many = Array.from({ length: 200 }, (_, index) => ({
    metric: 'turnsPerSecond',
    node: `rod-${index}`,
    values: index === 199 ? [null, null] : [1000 - index, index],
  }));
  const [chart] = chartsOf({ ...answer, series: many }, [
    { metric: 'turnsPerSecond', title: 'Turns', format: String, binary: false, most: 3 },
  ]);
  expect(chart?.curves.map(({ node }) => node)).toEqual(['rod-196', 'rod-197', 'rod-198']);
  expect(chart && othersInWords(chart)).toBe('The 3 largest are drawn, 197 more are not.');
});

it('says nothing of others where all are drawn', () => {
  const [chart] = chartsOf(answer, [{ ...(metrics[1] as Metric), most: 2 }]);
  expect(chart?.curves).toHaveLength(2);
  expect(chart && othersInWords(chart)).toBeNull();
});
