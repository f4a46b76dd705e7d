import { expect, it } from 'vitest';
import { heldSpec, storedSpec } from '../testing';
import { heldNodes, holdPatch } from './held';

it('finds those that are held', () => {
  expect([...heldNodes(storedSpec)]).toEqual([]);
  expect([...heldNodes(heldSpec('broker-2'))]).toEqual(['broker-2']);
});

it('holds one node, and leaves the others of its role as they are', () => {
  const patch = holdPatch(storedSpec, 'broker-2', true);
  const nodes = storedSpec.desiredState.roles.broker.nodes ?? [];
  expect(patch).toEqual({
    desiredState: { roles: { broker: { nodes: [nodes[0], { ...nodes[1], held: true }, nodes[2]] } } },
  });
});

it('lets it go again', () => {
  expect(holdPatch(heldSpec('controller-1'), 'controller-1', false)).toEqual({
    desiredState: { roles: { controller: { nodes: storedSpec.desiredState.roles.controller.nodes } } },
  });
});

it('asks nothing of a node that is not declared', () => {
  expect(holdPatch(storedSpec, 'broker-9', true)).toBeNull();
});
