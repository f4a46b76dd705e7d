import '@xyflow/react/dist/base.css';
import './graph-canvas.css';
import { Controls, ReactFlow, type Edge, type Node, type NodeTypes } from '@xyflow/react';
import { useMemo, type ReactNode } from 'react';
import { useDarkMode } from './appearance';

interface Props {
  /** What it shows, and where the same is said in words. */
  label: string;
  height: number;
  nodes: Node[];
  edges: Edge[];
  nodeTypes: NodeTypes;
  /** Nodes to begin with where there is no room for all of them in a size that can be read. */
  focus?: readonly string[];
  /** Behind the nodes. */
  children?: ReactNode;
}

/** A picture of boxes and lines that can be moved and made larger, and nothing else: it is looked at, not edited.
 *  The page scrolls over it as over any other picture. */
export function GraphCanvas({ label, height, nodes, edges, nodeTypes, focus, children }: Props) {
  const dark = useDarkMode();
  // Fingers need no buttons to zoom, and there is no room for them.
  const hasButtons = useMemo(() => !window.matchMedia('(max-width: 688px)').matches, []);
  return (
    <div className="graph-canvas" style={{ height }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={dark ? 'dark' : 'light'}
        fitView
        // The buttons have a strip of their own, so that they cover nothing of a graph that fits.
        fitViewOptions={{
          maxZoom: 1,
          padding: { ...kMargin, left: hasButtons ? '52px' : '8px' },
          ...(hasButtons || focus === undefined ? {} : { nodes: focus.map((id) => ({ id })) }),
        }}
        minZoom={0.1}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        attributionPosition="top-right"
        aria-label={label}
      >
        {children}
        {hasButtons && (
          <Controls position="top-left" showInteractive={false} aria-label="Controls of the picture" />
        )}
      </ReactFlow>
    </div>
  );
}

/** Above and below, the line that names the library has its place. */
const kMargin = { top: '20px', right: '8px', bottom: '12px' } as const;
