import { describe, expect, it } from 'vitest';
import { certificateRows } from './certificates';
import { differences, patchOf, rebase } from './changes';
import { addNode, removeNode, setCount, setRoleSize } from './counts';
import { faultAt, faultMap, faultsBeside } from './faults';
import { newForm, type RedisForm } from './form';
import { hintAt, hintsOf } from './hints';
import { monthlyUsd, reachable, sizesIn } from './sizes';
import { kSixNodes, kSizes, node, status } from './testing';

describe('hints', () => {
  const at = (form: RedisForm, path: string) => hintAt(hintsOf(form, kSizes), path);

  it('ask for an odd number of sentinels', () => {
    expect(at(newForm(), 'desiredState.roles.sentinel.count')).toBeUndefined();
    expect(at(setCount(newForm(), 'sentinel', 4), 'desiredState.roles.sentinel.count')).toMatch(/odd/);
  });

  it('ask for TLS, all the more in production', () => {
    expect(at({ ...newForm(), enableTLS: false }, 'enableTLS')).toMatch(/in clear/);
    const production = {
      ...newForm(),
      enableTLS: false,
      targetClusters: ['redis-sentinel-prod'],
    };
    expect(at(production, 'enableTLS')).toMatch(/production/);
  });

  it('compare replicas with their masters', () => {
    const path = 'desiredState.roles.replica.size';
    expect(at(newForm(), path)).toBeUndefined();
    expect(at(setRoleSize(newForm(), 'replica', 's-2vcpu-2gb'), path)).toMatch(/limits/);
    expect(at(setRoleSize(newForm(), 'replica', 's-4vcpu-8gb'), path)).toMatch(/unused/);
  });

  it("warn of networks that are everybody's", () => {
    expect(at({ ...newForm(), clientRanges: ['0.0.0.0/0'] }, 'clientRanges')).toMatch(/Everyone/);
    expect(at({ ...newForm(), clientRanges: [] }, 'clientRanges')).toMatch(/Empty/);
  });
});

describe('sizes', () => {
  it('are those of the region, smallest first', () => {
    expect(sizesIn(kSizes, 'nyc1').map(({ slug }) => slug)).toEqual([
      's-1vcpu-1gb',
      's-2vcpu-2gb',
      's-2vcpu-4gb',
      's-4vcpu-8gb',
    ]);
    expect(sizesIn(kSizes, 'sgp1')).toEqual([]);
  });

  it('add up, and unknown ones give no sum', () => {
    expect(monthlyUsd(newForm(), kSizes)).toBe(6 * 24 + 3 * 6);
    expect(monthlyUsd(newForm(), kSizes, 'sentinel')).toBe(18);
    expect(monthlyUsd(setRoleSize(newForm(), 'master', 's-unknown'), kSizes)).toBeNull();
  });

  it('can be reached in one direction only', () => {
    const slugs = (direction: 'up' | 'down') =>
      reachable(sizesIn(kSizes, 'nyc1'), kSizes, ['s-2vcpu-4gb', 's-2vcpu-2gb'], direction).map(
        ({ slug }) => slug,
      );
    expect(slugs('up')).toEqual(['s-2vcpu-4gb', 's-4vcpu-8gb']);
    expect(slugs('down')).toEqual(['s-1vcpu-1gb', 's-2vcpu-2gb']);
  });
});

describe('faults', () => {
  it('of plans, deploys and patches are of the same field', () => {
    for (const prefix of ['spec.', 'clusters[0].', '']) {
      const map = faultMap([{ path: `${prefix}region`, message: 'is not a region' }]);
      expect(faultAt(map, 'region')).toBe('is not a region');
    }
  });

  it("of a list's entries are shown at the list", () => {
    const map = faultMap([{ path: 'clusters[0].clientRanges[1]', message: 'must be a network' }]);
    expect(faultAt(map, 'clientRanges', true)).toBe('[1] must be a network');
    expect(faultAt(map, 'clientRanges')).toBeUndefined();
  });

  it('without a field are not lost', () => {
    const map = faultMap([
      { path: 'spec.downAfterMilliseconds', message: 'must be at least 500' },
      {
        path: 'spec.desiredState.roles.master.nodes[2].tags[0]',
        message: 'must be short',
      },
      { path: 'spec.name', message: 'is required' },
      { path: 'spec', message: 'must be an object' },
    ]);
    expect(faultsBeside(map).map(({ path }) => path)).toEqual(['downAfterMilliseconds', '']);
  });
});

describe('patches', () => {
  it('hold only what changed', () => {
    const base = newForm();
    expect(patchOf(base, base)).toBeNull();
    expect(patchOf(base, { ...base, heal: 'none' })).toEqual({ heal: 'none' });
    expect(patchOf(base, { ...base, persistence: 'aof' })).toEqual({
      persistence: { mode: 'aof' },
    });
  });

  it('name every node of a role that changed, so that the others keep their machines', () => {
    const base = newForm();
    const patch = patchOf(base, removeNode(addNode(base, 'replica'), 'replica', 'replica-2'));
    expect(patch).toEqual({
      desiredState: {
        roles: {
          replica: {
            nodes: ['replica-1', 'replica-3', 'replica-4'].map((id) => ({
              id,
              size: 's-2vcpu-4gb',
            })),
          },
        },
      },
    });
  });
});

describe("meeting somebody else's change", () => {
  const base = newForm();

  it('keeps both when they touch different things', () => {
    const mine = addNode(base, 'replica');
    const theirs = {
      ...setRoleSize(base, 'master', 's-4vcpu-8gb'),
      heal: 'none' as const,
    };
    const { merged, contested } = rebase(base, mine, theirs);
    expect(merged.roles.replica.nodes).toHaveLength(4);
    expect(merged.roles.master.nodes.every(({ size }) => size === 's-4vcpu-8gb')).toBe(true);
    expect(merged.heal).toBe('none');
    expect(contested).toEqual([]);
  });

  it('says what both changed, and keeps mine', () => {
    const { merged, contested, theirs } = rebase(
      base,
      { ...base, heal: 'replace' },
      { ...base, heal: 'none' },
    );
    expect(merged.heal).toBe('replace');
    expect(contested).toEqual(['heal']);
    expect(theirs).toEqual([{ path: 'heal', before: 'safe', after: 'none' }]);
  });

  it('lets a node go that they removed and I did not touch', () => {
    const { merged } = rebase(setCount(base, 'replica', 4), setCount(base, 'replica', 5), base);
    expect(merged.roles.replica.nodes.map(({ id }) => id)).toEqual([
      'replica-1',
      'replica-2',
      'replica-3',
      'replica-5',
    ]);
  });

  it('compares nodes by their id', () => {
    const before = {
      nodes: [
        { id: 'a', size: 1 },
        { id: 'b', size: 1 },
      ],
    };
    const after = { nodes: [{ id: 'b', size: 2 }] };
    expect(differences(before, after)).toEqual([
      { path: 'nodes[a]', before: { id: 'a', size: 1 }, after: null },
      { path: 'nodes[b].size', before: 1, after: 2 },
    ]);
  });
});

describe('certificates', () => {
  it('that end soon come first', () => {
    const soon = node('replica-1', {
      certificate: {
        path: 'p',
        authorityPath: 'a',
        expiresAt: '2026-12-01T00:00:00.000Z',
      },
    });
    const rows = certificateRows(status([node('master-1'), soon]), Date.parse('2026-11-21T12:00:00Z'));
    expect(rows.map(({ node: name, tone, daysLeft }) => [name, tone, daysLeft])).toEqual([
      ['replica-1', 'warning', 9],
      ['master-1', 'success', 1094],
    ]);
    expect(certificateRows(status(kSixNodes.map((name) => node(name, { certificate: null }))), 0)).toEqual(
      [],
    );
  });
});
