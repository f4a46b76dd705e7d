import Box from '@cloudscape-design/components/box';
import Cards from '@cloudscape-design/components/cards';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { formatBytes, formatDuration } from '../../../parts/format';
import { AddressText } from '../../../resource/panels/AddressText';
import { NodeState } from '../../../resource/panels/NodeState';
import { SurplusAlert } from '../../../resource/panels/SurplusAlert';
import type { RedisNode, RedisStatus } from '../model/types';

function roleInWords(node: RedisNode): string {
  const group = node.group === null ? '' : ` of ${node.group}`;
  // After a failover the two differ, and both matter: one is what it does, the other its name's.
  const declared = node.role === node.declaredRole ? '' : `, declared as ${node.declaredRole}`;
  return `${node.role}${group}${declared}`;
}

function memoryInWords(node: RedisNode): string {
  if (node.usedMemoryBytes === null) return '–';
  const most = node.maxMemoryBytes;
  return most === null || most === 0
    ? formatBytes(node.usedMemoryBytes)
    : `${formatBytes(node.usedMemoryBytes)} of ${formatBytes(most)}`;
}

export function lagInWords(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return 'unknown';
  return bytes === 0 ? 'in sync' : `${formatBytes(bytes)} behind`;
}

function replicationInWords(node: RedisNode): string {
  const { replication, watches } = node;
  if (watches !== null) {
    const masters = watches.map((watch) => `${watch.master ?? watch.masterAddress} of ${watch.group}`);
    return `watches ${masters.length === 0 ? 'nobody' : masters.join(', ')}`;
  }
  if (replication === null) return '–';
  if (node.role === 'master') return `${replication.connectedReplicas} connected`;
  const link = replication.linkUp === true ? lagInWords(replication.lagBytes) : 'link down';
  return `follows ${replication.follows ?? 'nobody'}, ${link}`;
}

/** Every declared node with what is wrong with it, and the machines that are none of them. */
export function NodesPanel({ status }: { status: RedisStatus | null }) {
  return (
    <SpaceBetween size="m">
      <SurplusAlert machines={status?.surplus ?? []} />
      <Nodes status={status} />
    </SpaceBetween>
  );
}

function Nodes({ status }: { status: RedisStatus | null }) {
  return (
    <Cards<RedisNode>
      header={
        <Header variant="h2" counter={status === null ? undefined : `(${status.nodes.length})`}>
          Nodes
        </Header>
      }
      items={status?.nodes ?? []}
      trackBy="name"
      ariaLabels={{ itemSelectionLabel: (_, node) => node.name, selectionGroupLabel: 'Nodes' }}
      empty={<Box textAlign="center">No node has been observed yet.</Box>}
      cardsPerRow={[{ cards: 1 }, { minWidth: 560, cards: 2 }, { minWidth: 900, cards: 3 }]}
      cardDefinition={{
        header: (node) => node.name,
        sections: [
          {
            id: 'state',
            header: 'Status',
            content: (node) => <NodeState node={node} />,
          },
          { id: 'role', header: 'Role', content: roleInWords },
          {
            id: 'private',
            header: 'Private address',
            width: 50,
            content: (node) => (
              <AddressText
                host={node.privateAddress}
                port={node.port}
                what={`private address of ${node.name}`}
              />
            ),
          },
          {
            id: 'public',
            header: 'Public address',
            width: 50,
            content: (node) => (
              <AddressText host={node.publicAddress} port={null} what={`public address of ${node.name}`} />
            ),
          },
          {
            id: 'size',
            header: 'Size',
            width: 50,
            content: (node) =>
              node.machineSize == null || node.machineSize === node.size
                ? node.size
                : `${node.machineSize}, declared ${node.size}`,
          },
          { id: 'memory', header: 'Memory', width: 50, content: memoryInWords },
          { id: 'replication', header: 'Replication', content: replicationInWords },
          {
            id: 'clients',
            header: 'Clients',
            width: 50,
            content: (node) => (node.connectedClients === null ? '–' : String(node.connectedClients)),
          },
          {
            id: 'uptime',
            header: 'Up for',
            width: 50,
            content: (node) =>
              node.uptimeSeconds === null ? '–' : formatDuration(node.uptimeSeconds * 1000),
          },
        ],
      }}
    />
  );
}
