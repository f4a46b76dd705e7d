// The picture of a cluster: its zones, and what each of its nodes carries. Pure.

import { toneOf, type NodeTone } from '../../../resource/panels/node-tone';
import { diskOf, isBroker, isController } from './nodes';
import type { KafkaNode, KafkaStatus } from './types';

export interface Bar {
  readonly label: string;
  readonly text: string;
  /** Of the whole bar, from 0 to 1. */
  readonly share: number;
  readonly tone: 'usual' | 'trouble';
}

export interface Box {
  readonly node: KafkaNode;
  readonly tone: NodeTone;
  /** A broker that is one, too. */
  readonly isController: boolean;
  /** Changes pass it by. */
  readonly isHeld: boolean;
  readonly bars: readonly Bar[];
}

export interface Rack {
  /** Null: its nodes say no zone. */
  readonly zone: string | null;
  readonly boxes: readonly Box[];
}

export interface RacksPicture {
  /** Controllers with machines of their own; those among the brokers are marked there. */
  readonly controllers: readonly Box[];
  readonly racks: readonly Rack[];
}

/** A disk of which less is left is soon full. */
const fullShare = 0.85;

const collator = new Intl.Collator('en', { numeric: true });
const byName = (one: { name: string }, other: { name: string }) => collator.compare(one.name, other.name);

const mostOf = (nodes: readonly KafkaNode[], of: (node: KafkaNode) => number | null): number =>
  Math.max(1, ...nodes.map((node) => of(node) ?? 0));

/** Of what is counted, beside the node that has most of it. */
function countBar(label: string, count: number | null, most: number): Bar[] {
  if (count === null) return [];
  return [{ label, text: count.toLocaleString('en-US'), share: count / most, tone: 'usual' }];
}

function lateBar({ notInSync, replicas }: KafkaNode): Bar[] {
  if (notInSync === null) return [];
  const share = notInSync / Math.max(1, replicas ?? 0, notInSync);
  const tone = notInSync > 0 ? 'trouble' : 'usual';
  return [{ label: 'Not in sync', text: notInSync.toLocaleString('en-US'), share, tone }];
}

function diskBar(node: KafkaNode): Bar[] {
  const disk = diskOf(node);
  if (disk === null) return [];
  const share = disk.usedBytes / disk.totalBytes;
  const tone = share >= fullShare ? 'trouble' : 'usual';
  return [{ label: 'Disk', text: `${Math.round(share * 100)} %`, share, tone }];
}

export function picture({ nodes }: KafkaStatus, held: ReadonlySet<string>): RacksPicture {
  const brokers = nodes.filter(isBroker).sort(byName);
  const mostLeaders = mostOf(brokers, ({ leaders }) => leaders);
  const mostReplicas = mostOf(brokers, ({ replicas }) => replicas);
  const boxOf = (node: KafkaNode): Box => ({
    node,
    tone: toneOf(node),
    isController: isBroker(node) && isController(node),
    isHeld: held.has(node.name),
    bars: [
      ...countBar('Leads', node.leaders, mostLeaders),
      ...countBar('Replicas', node.replicas, mostReplicas),
      ...lateBar(node),
      ...diskBar(node),
    ],
  });
  const zones = [...new Set(brokers.map(({ zone }) => zone))].sort((one, other) =>
    one === null ? 1 : other === null ? -1 : collator.compare(one, other),
  );
  return {
    controllers: nodes
      .filter((node) => !isBroker(node))
      .sort(byName)
      .map(boxOf),
    racks: zones.map((zone) => ({
      zone,
      boxes: brokers.filter((node) => node.zone === zone).map(boxOf),
    })),
  };
}
