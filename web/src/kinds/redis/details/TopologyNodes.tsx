import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import { formatBytes, formatCount } from '../../../parts/format';
import type { NodeTone } from '../../../resource/panels/node-tone';
import { NodeIcon } from '../../../resource/panels/NodeState';
import type { RedisNode } from '../model/types';

export type GroupData = { label: string };
export type NodeData = { node: RedisNode; tone: NodeTone };

export function GroupBox({ data }: NodeProps<Node<GroupData>>) {
  return <div className="topology-group">{data.label}</div>;
}

export function NodeBox({ data: { node, tone } }: NodeProps<Node<NodeData>>) {
  return (
    <div className={`topology-node topology-${tone}`} title={node.error ?? undefined}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <div className="topology-node-name">
        <NodeIcon node={node} />
        <strong>{node.name}</strong>
        <span className="topology-role">{node.role}</span>
      </div>
      <div className="topology-line">{node.error ?? node.privateAddress ?? 'no machine'}</div>
      <div className="topology-line">{detailOf(node)}</div>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}

function detailOf(node: RedisNode): string {
  if (node.watches !== null) return `knows ${node.watches[0]?.knownSentinels ?? 0} other sentinels`;
  const memory = node.usedMemoryBytes === null ? [] : [formatBytes(node.usedMemoryBytes)];
  const clients = node.connectedClients === null ? [] : [formatCount(node.connectedClients, 'client')];
  return [...memory, ...clients].join(' · ');
}
