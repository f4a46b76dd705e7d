import { expect, it } from 'vitest';
import { chartInWords, chartsOf } from './series';

const answer = {
  resourceId: 'res_1',
  from: '2026-11-21T00:00:00.000Z',
  to: '2026-11-21T00:01:00.000Z',
  times: ['2026-11-21T00:00:00.000Z', '2026-11-21T00:00:30.000Z'],
  series: [
    { metric: 'usedMemoryBytes', node: 'replica-10', values: [1024, null] },
    { metric: 'usedMemoryBytes', node: 'replica-2', values: [null, 2048] },
    { metric: 'somethingNew', node: 'replica-2', values: [1, 2] },
    { metric: 'operationsPerSecond', node: 'master-1', values: [null, null] },
  ],
};

it('is a chart for each metric that was measured and is known', () => {
  expect(chartsOf(answer).map(({ title, curves }) => [title, curves.map(({ node }) => node)])).toEqual([
    ['Operations a second', ['master-1']],
    ['Memory', ['replica-2', 'replica-10']],
  ]);
  expect(chartsOf(answer)[0]?.times).toEqual([1795219200, 1795219230]);
});

it('says the latest values in words', () => {
  expect(chartsOf(answer).map(chartInWords)).toEqual([
    'Operations a second, latest: master-1 unknown',
    'Memory, latest: replica-2 2 KiB, replica-10 1 KiB',
  ]);
});
