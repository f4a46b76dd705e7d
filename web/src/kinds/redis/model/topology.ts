// Where the nodes of a cluster stand in its picture, and who follows whom. Pure: status in, boxes
// and lines out.

import { toneOf, type NodeTone } from '../../../resource/panels/node-tone';
import type { RedisNode, RedisStatus } from './types';

export interface TopologyNode {
  readonly id: string;
  readonly kind: 'data' | 'sentinel';
  readonly node: RedisNode;
  readonly tone: NodeTone;
  readonly x: number;
  readonly y: number;
}

export interface TopologyGroup {
  readonly id: string;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TopologyLink {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: 'follows' | 'watches';
  /** False: the replica does not hear its master, or the sentinel means another one. */
  readonly sound: boolean;
  readonly lagBytes: number | null;
}

export interface TopologyPicture {
  readonly nodes: readonly TopologyNode[];
  readonly groups: readonly TopologyGroup[];
  readonly links: readonly TopologyLink[];
}

export const kBox = {
  width: 196,
  height: 76,
  gap: 24,
  padding: 20,
  heading: 32,
} as const;

/** With more lines than this the picture would show nothing; then only sentinels that err have one. */
const kMostWatchLines = 16;

/** The master first, then replicas by name, numbers in their order. */
function inOrder(nodes: readonly RedisNode[], master: string | null): RedisNode[] {
  const collator = new Intl.Collator('en', { numeric: true });
  return [...nodes].sort((one, other) => {
    if (one.name === master) return -1;
    if (other.name === master) return 1;
    return collator.compare(one.name, other.name);
  });
}

interface Column {
  readonly group: TopologyGroup;
  readonly nodes: readonly TopologyNode[];
}

/** A master above its replicas, these in rows of two. */
function columnOf(
  label: string,
  members: readonly RedisNode[],
  master: string | null,
  x: number,
  y: number,
): Column {
  const ordered = inOrder(members, master);
  const replicas = ordered.filter((node) => node.name !== master);
  const columns = Math.max(1, Math.min(2, replicas.length));
  const inner = columns * kBox.width + (columns - 1) * kBox.gap;
  const top = y + kBox.heading + kBox.padding;
  const place = (node: RedisNode, left: number, above: number): TopologyNode => ({
    id: node.name,
    kind: 'data',
    node,
    tone: toneOf(node),
    x: x + kBox.padding + left,
    y: top + above,
  });
  const hasMaster = ordered.length > replicas.length;
  const first = hasMaster ? kBox.height + kBox.gap * 2 : 0;
  const nodes = ordered
    .filter((node) => node.name === master)
    .map((node) => place(node, (inner - kBox.width) / 2, 0));
  replicas.forEach((node, index) => {
    const row = Math.floor(index / columns);
    nodes.push(
      place(node, (index % columns) * (kBox.width + kBox.gap), first + row * (kBox.height + kBox.gap)),
    );
  });
  const rows = Math.ceil(replicas.length / columns);
  const height = first + (rows === 0 ? -kBox.gap * 2 : rows * (kBox.height + kBox.gap) - kBox.gap);
  return {
    group: {
      id: `group:${label}`,
      label,
      x,
      y,
      width: inner + 2 * kBox.padding,
      height: kBox.heading + 2 * kBox.padding + Math.max(height, kBox.height),
    },
    nodes,
  };
}

function followLinks(nodes: readonly RedisNode[]): TopologyLink[] {
  return nodes.flatMap((node) => {
    const follows = node.replication?.follows;
    if (follows == null || node.role !== 'replica') return [];
    return [
      {
        id: `follows:${node.name}`,
        from: follows,
        to: node.name,
        kind: 'follows' as const,
        sound: node.replication?.linkUp === true,
        lagBytes: node.replication?.lagBytes ?? null,
      },
    ];
  });
}

function watchLinks(status: RedisStatus, narrow: boolean): TopologyLink[] {
  const links = status.nodes.flatMap((node) =>
    (node.watches ?? []).flatMap((watch): TopologyLink[] => {
      if (watch.master === null) return [];
      const group = status.groups.find(({ name }) => name === watch.group);
      return [
        {
          id: `watches:${node.name}:${watch.group}`,
          from: node.name,
          to: watch.master,
          kind: 'watches',
          sound: group?.master === watch.master && watch.quorum,
          lagBytes: null,
        },
      ];
    }),
  );
  const most = narrow ? 0 : kMostWatchLines; // one below the other, lines would cross what is between
  return links.length <= most ? links : links.filter((link) => !link.sound);
}

interface Placed {
  readonly nodes: readonly TopologyNode[];
  readonly groups: readonly TopologyGroup[];
  readonly width: number;
  readonly height: number;
}

/** The groups side by side, `perRow` of them in a row. */
function placeGroups(status: RedisStatus, perRow: number, top: number): Placed {
  const nodes: TopologyNode[] = [];
  const groups: TopologyGroup[] = [];
  let x = 0;
  let y = top;
  let rowHeight = 0;
  let width = 0;
  status.groups.forEach((group, index) => {
    if (index > 0 && index % perRow === 0) {
      x = 0;
      y += rowHeight + kBox.gap;
      rowHeight = 0;
    }
    const members = status.nodes.filter((node) => node.group === group.name);
    const column = columnOf(group.name, members, group.master, x, y);
    nodes.push(...column.nodes);
    groups.push(column.group);
    x += column.group.width + kBox.gap;
    width = Math.max(width, x - kBox.gap);
    rowHeight = Math.max(rowHeight, column.group.height);
  });
  return { nodes, groups, width, height: y + rowHeight - top };
}

/** The sentinels in one band, `perRow` of them in a row. */
function placeSentinels(sentinels: readonly RedisNode[], perRow: number): Placed {
  const columns = Math.min(perRow, sentinels.length);
  if (columns === 0) return { nodes: [], groups: [], width: 0, height: 0 };
  const rows = Math.ceil(sentinels.length / columns);
  const width = columns * (kBox.width + kBox.gap) - kBox.gap + 2 * kBox.padding;
  const height = kBox.heading + 2 * kBox.padding + rows * (kBox.height + kBox.gap) - kBox.gap;
  return {
    nodes: sentinels.map((node, index) => ({
      id: node.name,
      kind: 'sentinel',
      node,
      tone: toneOf(node),
      x: kBox.padding + (index % columns) * (kBox.width + kBox.gap),
      y: kBox.heading + kBox.padding + Math.floor(index / columns) * (kBox.height + kBox.gap),
    })),
    groups: [{ id: 'group:sentinels', label: 'Sentinels', x: 0, y: 0, width, height }],
    width,
    height,
  };
}

const moved = <Thing extends { readonly x: number }>(things: readonly Thing[], by: number): Thing[] =>
  things.map((thing) => ({ ...thing, x: thing.x + by }));

/** Sentinels above, the groups below; where there is little room, one group a row. */
export function pictureOf(status: RedisStatus, narrow = false): TopologyPicture {
  const sentinels = inOrder(
    status.nodes.filter((node) => node.declaredRole === 'sentinel'),
    null,
  );
  const above = placeSentinels(sentinels, narrow ? 2 : 7);
  const below = placeGroups(status, narrow ? 1 : 3, above.height === 0 ? 0 : above.height + 2 * kBox.gap);
  // Whichever is less wide stands in the middle of the other.
  const middle = (below.width - above.width) / 2;
  const nodes = [...moved(above.nodes, Math.max(0, middle)), ...moved(below.nodes, Math.max(0, -middle))];
  const groups = [...moved(above.groups, Math.max(0, middle)), ...moved(below.groups, Math.max(0, -middle))];
  const known = new Set(nodes.map(({ id }) => id));
  const links = [...followLinks(status.nodes), ...watchLinks(status, narrow)].filter(
    (link) => known.has(link.from) && known.has(link.to),
  );
  return { nodes, groups, links };
}

/** The picture in words, for those who hear it: one sentence a node. */
export function inWords(status: RedisStatus): string[] {
  const ofNode = (node: RedisNode): string => {
    const state =
      toneOf(node) === 'works' ? 'works' : `${node.state}${node.error === null ? '' : `: ${node.error}`}`;
    if (node.role === 'sentinel') {
      const masters = (node.watches ?? []).map(
        (watch) => `${watch.group} is led by ${watch.master ?? watch.masterAddress}`,
      );
      return `Sentinel ${node.name} ${state}${masters.length === 0 ? '' : `; it says ${masters.join(', ')}`}.`;
    }
    if (node.role === 'master') return `${node.name} leads ${node.group ?? 'no group'} and ${state}.`;
    const follows = node.replication?.follows;
    return `${node.name} ${follows == null ? 'follows nobody' : `follows ${follows}`} and ${state}.`;
  };
  return status.nodes.map(ofNode);
}
