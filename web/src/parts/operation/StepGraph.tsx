import './graph.css';
import {
  Background,
  Handle,
  MarkerType,
  Position,
  type Edge,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import { memo, useMemo, useRef } from 'react';
import { GraphCanvas } from '../GraphCanvas';
import { layoutGraph, type GraphStep } from './graph-layout';

export interface DrawnStep extends GraphStep {
  title: string;
  /** How it looks (`done`, `running`, `planned`, …) and the word for it. */
  look: string;
  word: string;
}

type StepNode = Node<{ step: DrawnStep }, 'step'>;

const columnWidth = 260;
const rowHeight = 76;
const margin = 32;

const StepBox = memo(function StepBox({ data: { step } }: NodeProps<StepNode>) {
  return (
    <div
      aria-hidden="true"
      className={`graph-step graph-step-${step.look}`}
      title={`${step.title}: ${step.word}`}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className="graph-step-title">{step.title}</span>
      <span className="graph-step-word">{step.word}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
});

const nodeTypes = { step: StepBox };

function sameLook(one: DrawnStep, other: DrawnStep): boolean {
  return one.title === other.title && one.look === other.look && one.word === other.word;
}

/** Nodes in their places; one whose look is as before stays the same object, so that it is not drawn again. */
function useNodes(steps: readonly DrawnStep[], layout: ReturnType<typeof layoutGraph>): StepNode[] {
  const before = useRef(new Map<string, StepNode>());
  return useMemo(() => {
    const byKey = new Map(steps.map((step) => [step.key, step]));
    const nodes = layout.nodes.flatMap(({ key, layer, row }): StepNode[] => {
      const step = byKey.get(key);
      if (!step) return [];
      const old = before.current.get(key);
      const position = { x: layer * columnWidth, y: row * rowHeight };
      if (
        old &&
        sameLook(old.data.step, step) &&
        old.position.x === position.x &&
        old.position.y === position.y
      ) {
        return [old];
      }
      return [
        { id: key, type: 'step', position, data: { step }, width: columnWidth - 56, height: rowHeight - 16 },
      ];
    });
    before.current = new Map(nodes.map((node) => [node.id, node]));
    return nodes;
  }, [steps, layout]);
}

const mostFocused = 2;

function focusOf(steps: readonly DrawnStep[]): string[] {
  const looking = (...looks: string[]) => steps.filter(({ look }) => looks.includes(look));
  const found = [looking('failed', 'stuck'), looking('running', 'waiting', 'undoing'), steps].find(
    (some) => some.length > 0,
  );
  return (found ?? []).slice(0, mostFocused).map(({ key }) => key);
}

/** The steps as boxes from left to right, lines from what must be done first. The list of steps says the same in words. */
export default function StepGraph({ steps }: { steps: readonly DrawnStep[] }) {
  const shape = steps.map((step) => `${step.key}<${step.after.join(',')}`).join(';');
  // The shape never changes while an operation runs; only looks do.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const layout = useMemo(() => layoutGraph(steps), [shape]);
  const nodes = useNodes(steps, layout);
  const edges = useMemo(
    () =>
      layout.edges.map(({ from, to }): Edge => ({
        id: `${from}>${to}`,
        source: from,
        target: to,
        markerEnd: { type: MarkerType.ArrowClosed },
      })),
    [layout],
  );
  // Whatever went wrong, then what is under way, then the beginning.
  const focus = useRef<string[]>(undefined);
  focus.current ??= focusOf(steps);
  const height = Math.min(460, Math.max(180, layout.rows * rowHeight * 0.5 + 2 * margin));
  return (
    <div className="graph" role="group" aria-label="The steps as a graph">
      <GraphCanvas
        label="The steps as a graph; the list below says the same in words"
        height={height}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        focus={focus.current}
      >
        <Background />
      </GraphCanvas>
    </div>
  );
}
