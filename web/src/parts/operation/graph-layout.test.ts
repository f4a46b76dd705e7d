import { expect, test } from 'vitest';
import { layoutGraph, type GraphStep } from './graph-layout';

const step = (key: string, ...after: string[]): GraphStep => ({ key, after });
const layersIn = (steps: GraphStep[]) =>
  Object.fromEntries(layoutGraph(steps).nodes.map(({ key, layer }) => [key, layer]));

test('each step is to the right of all it waits for', () => {
  expect(layersIn([step('d', 'b', 'c'), step('a'), step('b', 'a'), step('c', 'b'), step('e')])).toEqual({
    a: 0,
    b: 1,
    c: 2,
    d: 3,
    e: 0,
  });
});

test('a line that others imply is not drawn', () => {
  const { edges } = layoutGraph([step('a'), step('b', 'a'), step('c', 'a', 'b'), step('d', 'a', 'c')]);
  expect(edges).toEqual([
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'c', to: 'd' },
  ]);
});

test('rows follow what they hang on, so that lines do not cross', () => {
  const { nodes } = layoutGraph([
    step('a'),
    step('b'),
    step('c'),
    step('for-c', 'c'),
    step('for-b', 'b'),
    step('for-a', 'a'),
  ]);
  const row = Object.fromEntries(nodes.map((node) => [node.key, node.row]));
  for (const name of ['a', 'b', 'c']) expect(row[`for-${name}`]).toBe(row[name]);
});

test('no two steps are in one place', () => {
  const steps = Array.from({ length: 60 }, (_, i) =>
    step(`s${i}`, ...(i < 6 ? [] : [`s${(i * 7) % 6}`, `s${i - 6}`])),
  );
  const { nodes, layers, rows } = layoutGraph(steps);
  expect(new Set(nodes.map(({ layer, row }) => `${layer}/${row}`)).size).toBe(60);
  expect(nodes.every(({ layer, row }) => layer < layers && row < rows)).toBe(true);
});

test('a dependency outside of what is drawn is left out', () => {
  expect(layoutGraph([step('a', 'gone')])).toMatchObject({
    nodes: [{ key: 'a', layer: 0, row: 0 }],
    edges: [],
  });
});

test('nothing to draw, and a cycle that no plan has, are survived', () => {
  expect(layoutGraph([])).toEqual({ nodes: [], edges: [], layers: 0, rows: 0 });
  expect(layoutGraph([step('a', 'b'), step('b', 'a')]).nodes).toHaveLength(2);
});

test('a thousand steps are laid out within a frame or few', () => {
  const steps = Array.from({ length: 1000 }, (_, i) =>
    step(`s${i}`, ...(i < 40 ? [] : [`s${i - 40}`, `s${i - 40 + ((i * 3) % 40)}`])),
  );
  const began = performance.now();
  layoutGraph(steps);
  expect(performance.now() - began).toBeLessThan(500);
});
