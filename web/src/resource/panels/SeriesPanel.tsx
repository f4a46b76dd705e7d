import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';
import { useGetSeriesQuery } from '../../api/history';
import { LineChart } from '../../parts/LineChart';
import { Loading } from '../../parts/Loading';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { chartInWords, chartsOf, othersInWords, type Chart, type Metric } from './series';

const ranges = [
  { id: '15', text: '15 min' },
  { id: '60', text: '1 h' },
  { id: '360', text: '6 h' },
];

interface Props {
  id: string;
  noun: string;
  /** Those of the kind, in the order in which they are shown. */
  metrics: readonly Metric[];
}

/** What was measured at each look at a resource. */
export function SeriesPanel({ id, noun, metrics }: Props) {
  const [minutes, setMinutes] = useState('60');
  const { currentData, error, refetch } = useGetSeriesQuery(
    { id, minutes: Number(minutes) },
    { pollingInterval: 10_000, skipPollingIfUnfocused: true },
  );
  const charts = useMemo(
    () => (currentData === undefined ? [] : chartsOf(currentData, metrics)),
    [currentData, metrics],
  );
  return (
    <SpaceBetween size="l">
      <SegmentedControl
        label="How far back"
        selectedId={minutes}
        options={ranges}
        onChange={({ detail }) => setMinutes(detail.selectedId)}
      />
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      {currentData === undefined && error === undefined && <Loading what="what was measured" />}
      {currentData !== undefined && charts.length === 0 && (
        <Container>
          <Box>
            Nothing has been measured in this time. Values come with each look at the {noun}, about every 30
            s.
          </Box>
        </Container>
      )}
      {charts.map((chart) => (
        <ChartBox key={chart.metric} chart={chart} />
      ))}
    </SpaceBetween>
  );
}

function ChartBox({ chart }: { chart: Chart }) {
  const lines = useMemo(() => chart.curves.map(({ node, values }) => ({ label: node, values })), [chart]);
  return (
    <Container
      header={
        <Header variant="h2" description={othersInWords(chart)}>
          {chart.title}
        </Header>
      }
    >
      <LineChart
        times={chart.times}
        lines={lines}
        format={chart.format}
        binary={chart.binary}
        inWords={chartInWords(chart)}
      />
    </Container>
  );
}
