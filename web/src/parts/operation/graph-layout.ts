/** What is drawn as a graph: steps of an operation, or of a plan that nobody has accepted yet. */
export interface GraphStep {
  key: string;
  after: readonly string[];
}

export interface Placed {
  key: string;
  /** Column: the longest way from a step that waits for nothing. */
  layer: number;
  /** Row within the layer, from 0. */
  row: number;
}

export interface GraphLayout {
  nodes: Placed[];
  /** Without those that others imply: a step that waits for b, which waits for a, needs no line from a. */
  edges: { from: string; to: string }[];
  layers: number;
  rows: number;
}

const sweeps = 4;

/** Steps in columns from left to right, each to the right of all it waits for, rows ordered so that lines cross
 *  little. Pure, and the same for the same steps: nothing jumps when states change. */
export function layoutGraph(steps: readonly GraphStep[]): GraphLayout {
  const known = new Set(steps.map((step) => step.key));
  const parents = new Map(steps.map((step) => [step.key, step.after.filter((key) => known.has(key))]));
  const layerOf = layersOf(parents);
  const edges = necessaryEdges(parents, layerOf);
  const columns = columnsOf(steps, layerOf);
  orderRows(columns, edges);
  return {
    nodes: columns.flatMap((column, layer) => column.map((key, row) => ({ key, layer, row }))),
    edges,
    layers: columns.length,
    rows: Math.max(0, ...columns.map((column) => column.length)),
  };
}

function columnsOf(steps: readonly GraphStep[], layerOf: ReadonlyMap<string, number>): string[][] {
  const columns: string[][] = [];
  for (const { key } of steps) (columns[layerOf.get(key) ?? 0] ??= []).push(key);
  return Object.values(columns);
}

function layersOf(parents: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const layers = new Map<string, number>();
  // A plan has no cycle; should one come all the same, `open` keeps this from going round it for ever.
  const open = new Set<string>();
  const layer = (key: string): number => {
    const placed = layers.get(key);
    if (placed !== undefined) return placed;
    if (open.has(key)) return 0;
    open.add(key);
    const value = Math.max(-1, ...(parents.get(key) ?? []).map(layer)) + 1;
    layers.set(key, value);
    return value;
  };
  for (const key of parents.keys()) layer(key);
  return layers;
}

function necessaryEdges(
  parents: ReadonlyMap<string, readonly string[]>,
  layerOf: ReadonlyMap<string, number>,
): { from: string; to: string }[] {
  const ancestors = new Map<string, ReadonlySet<string>>();
  const keys = [...parents.keys()].sort((one, other) => (layerOf.get(one) ?? 0) - (layerOf.get(other) ?? 0));
  const edges: { from: string; to: string }[] = [];
  for (const key of keys) {
    const own = parents.get(key) ?? [];
    const implied = new Set(own.flatMap((parent) => [...(ancestors.get(parent) ?? [])]));
    for (const from of own) if (!implied.has(from)) edges.push({ from, to: key });
    ancestors.set(key, new Set([...own, ...implied]));
  }
  return edges;
}

/** The barycentre heuristic: each node goes to the mean row of its neighbours, column by column, to and fro. */
function orderRows(columns: string[][], edges: readonly { from: string; to: string }[]): void {
  const before = neighbours(edges, 'to', 'from');
  const behind = neighbours(edges, 'from', 'to');
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const forward = sweep % 2 === 0;
    const rows = new Map(columns.flatMap((column) => column.map((key, row) => [key, row])));
    for (const column of forward ? columns : [...columns].reverse()) {
      const wish = new Map(column.map((key) => [key, meanRow(key, forward ? before : behind, rows)]));
      column.sort((one, other) => (wish.get(one) ?? 0) - (wish.get(other) ?? 0));
      column.forEach((key, row) => rows.set(key, row));
    }
  }
}

function neighbours(
  edges: readonly { from: string; to: string }[],
  of: 'from' | 'to',
  other: 'from' | 'to',
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const edge of edges) found.set(edge[of], [...(found.get(edge[of]) ?? []), edge[other]]);
  return found;
}

function meanRow(
  key: string,
  near: ReadonlyMap<string, string[]>,
  rows: ReadonlyMap<string, number>,
): number {
  const others = near.get(key);
  if (others === undefined) return rows.get(key) ?? 0;
  return others.reduce((sum, other) => sum + (rows.get(other) ?? 0), 0) / others.length;
}
