import 'uplot/dist/uPlot.min.css';
import {
  colorChartsPaletteCategorical1,
  colorChartsPaletteCategorical2,
  colorChartsPaletteCategorical3,
  colorChartsPaletteCategorical4,
  colorChartsPaletteCategorical5,
  colorChartsPaletteCategorical6,
  colorChartsPaletteCategorical7,
  colorChartsPaletteCategorical8,
  colorChartsPaletteCategorical9,
} from 'cloudscape-tokens';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import { latestOf } from './latest';
import './line-chart.css';

const palette = [
  colorChartsPaletteCategorical1,
  colorChartsPaletteCategorical2,
  colorChartsPaletteCategorical3,
  colorChartsPaletteCategorical4,
  colorChartsPaletteCategorical5,
  colorChartsPaletteCategorical6,
  colorChartsPaletteCategorical7,
  colorChartsPaletteCategorical8,
  colorChartsPaletteCategorical9,
];

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

interface Props {
  /** Seconds since 1970, ascending. */
  times: readonly number[];
  lines: readonly Line[];
  format: (value: number) => string;
  /** Bytes are counted in powers of two, and so are the lines of their axis. */
  binary?: boolean;
  /** The chart in words: a canvas says nothing to those who hear it. */
  inWords: string;
}

const height = 200;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** Curves over time. Drawn on a canvas, so that six hours of many nodes stay light. */
export function LineChart({ times, lines, format, binary = false, inWords }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | null>(null);
  const data = useRef<UPlot.AlignedData>([[]]);
  data.current = [[...times], ...lines.map(({ values }) => [...values])];
  const labels = lines.map(({ label }) => label).join('\n');

  // Made anew for other curves only; new values are given to the chart that is there.
  useEffect(() => {
    const host = place.current;
    if (host === null) return;
    const make = () => {
      chart.current?.destroy();
      chart.current = new UPlot(optionsOf(host, labels.split('\n'), format, binary), data.current, host);
    };
    make();
    const resized = new ResizeObserver(() => chart.current?.setSize({ width: host.clientWidth, height }));
    resized.observe(host);
    // A canvas keeps the colours that it was drawn with.
    const recoloured = new MutationObserver(make);
    recoloured.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    return () => {
      resized.disconnect();
      recoloured.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [labels, format, binary]);
  useEffect(() => {
    chart.current?.setData(data.current);
  }, [times, lines]);

  return <div ref={place} className="line-chart" role="img" aria-label={inWords} />;
}

function optionsOf(
  host: HTMLElement,
  labels: readonly string[],
  format: Props['format'],
  binary: boolean,
): UPlot.Options {
  const text = colourOf(host, 'var(--ashlar-text-secondary)');
  const line = colourOf(host, 'var(--ashlar-line)');
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  return {
    width: host.clientWidth,
    height,
    series: [
      { value: (_: UPlot, time: number | null) => (time === null ? 'latest' : clock.format(time * 1000)) },
      ...labels.map((label, index) => ({
        label,
        stroke: colourOf(host, palette[index % palette.length] ?? 'currentcolor'),
        width: 2,
        points: { show: false },
        // Without a pointer over the chart, the legend says what is the latest.
        value: (chart: UPlot, value: number | null, line: number, at: number | null) => {
          const told = at === null ? latestOf(chart.data[line] ?? []) : value;
          return told === null ? '–' : format(told);
        },
      })),
    ],
    axes: [
      // The pages show hours, not days: a date under the first mark would cover the second.
      {
        ...axis,
        space: 90,
        values: (_: UPlot, times: number[]) => times.map((time) => clock.format(time * 1000)),
      },
      {
        ...axis,
        size: 80,
        values: (_: UPlot, values: number[]) => values.map(format),
        ...(binary ? { incrs: powersOfTwo } : {}),
      },
    ],
    scales: {
      y: {
        range: (_: UPlot, least: number, most: number) => [Math.min(0, least), most > 0 ? most * 1.1 : 1],
      },
    },
    cursor: { y: false },
  };
}

const powersOfTwo = Array.from({ length: 50 }, (_, power) => 2 ** power);

/** A canvas knows no custom properties. */
function colourOf(host: HTMLElement, css: string): string {
  const before = host.style.color;
  host.style.color = css;
  const colour = getComputedStyle(host).color;
  host.style.color = before;
  return colour;
}
