import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Edge, Node, NodeTypes } from '@xyflow/react';
import { useMemo } from 'react';
import { GraphCanvas } from '../../../parts/GraphCanvas';
import { inWords, kBox, pictureOf, type TopologyLink, type TopologyPicture } from '../model/topology';
import type { RedisStatus } from '../model/types';
import { lagInWords } from './NodesPanel';
import { GroupBox, NodeBox, type GroupData, type NodeData } from './TopologyNodes';
import './topology.css';

interface Props {
  status: RedisStatus | null;
  onSwitchover: (group: string) => void;
}

const nodeTypes: NodeTypes = { 'redis-group': GroupBox, 'redis-node': NodeBox };

/** Who leads, who follows whom, who watches: as it was observed last, drawn anew with every look. */
export function TopologyPanel({ status, onSwitchover }: Props) {
  const narrow = useMemo(() => window.matchMedia('(max-width: 688px)').matches, []);
  const picture = useMemo(() => (status === null ? null : pictureOf(status, narrow)), [status, narrow]);
  if (status === null || picture === null || picture.nodes.length === 0)
    return (
      <Container header={<Header variant="h2">Topology</Header>}>
        <Box>No node has been observed yet.</Box>
      </Container>
    );
  return (
    <Container
      header={
        <Header variant="h2" actions={<Switchovers status={status} onSwitchover={onSwitchover} />}>
          Topology
        </Header>
      }
    >
      <SpaceBetween size="s">
        <GraphCanvas
          // What was there before says nothing about what is there now: the view is fitted anew.
          key={picture.groups.map(({ id }) => id).join(' ')}
          label="Picture of the cluster; the same in words is below"
          height={heightOf(picture, narrow ? 310 : 1000)}
          nodes={nodesOf(picture)}
          edges={picture.links.map(edgeOf)}
          nodeTypes={nodeTypes}
        />
        <ExpandableSection headerText="The same in words">
          <ul>
            {inWords(status).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}

function Switchovers({
  status,
  onSwitchover,
}: {
  status: RedisStatus;
  onSwitchover: (group: string) => void;
}) {
  const [first] = status.groups;
  if (status.type === 'single' || first === undefined || status.power === 'off') return null;
  return <Button onClick={() => onSwitchover(first.name)}>Switch over</Button>;
}

/** High enough to show it whole at the width that a page has, and no higher. */
function heightOf({ groups }: TopologyPicture, room: number): number {
  const width = Math.max(...groups.map((group) => group.x + group.width));
  const height = Math.max(...groups.map((group) => group.y + group.height));
  return Math.min(1200, Math.max(240, Math.round(height * Math.min(1, room / width)) + 40));
}

function nodesOf(picture: TopologyPicture): Node[] {
  const boxes: Node<GroupData>[] = picture.groups.map((group) => ({
    id: group.id,
    type: 'redis-group',
    position: { x: group.x, y: group.y },
    width: group.width,
    height: group.height,
    zIndex: -1,
    data: { label: group.label },
  }));
  const nodes: Node<NodeData>[] = picture.nodes.map(({ id, x, y, node, tone }) => ({
    id,
    type: 'redis-node',
    position: { x, y },
    width: kBox.width,
    height: kBox.height,
    data: { node, tone },
  }));
  return [...boxes, ...nodes];
}

function edgeOf(link: TopologyLink): Edge {
  const colour = link.sound ? 'var(--ashlar-success)' : 'var(--ashlar-error)';
  const watches = link.kind === 'watches';
  return {
    id: link.id,
    source: link.from,
    target: link.to,
    type: 'default',
    style: {
      stroke: watches && link.sound ? 'var(--ashlar-text-secondary)' : colour,
      strokeWidth: watches ? 1 : 2,
      ...(watches ? { strokeDasharray: '2 5' } : {}),
      ...(link.sound || watches ? {} : { strokeDasharray: '6 4' }),
    },
    ...(watches
      ? {}
      : {
          label: link.sound ? lagInWords(link.lagBytes) : 'link down',
          labelStyle: { fill: 'var(--ashlar-text)', fontSize: 11 },
          labelBgStyle: { fill: 'var(--ashlar-container)' },
        }),
  };
}
