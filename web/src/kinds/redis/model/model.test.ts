import { describe, expect, expectTypeOf, it } from 'vitest';
import { faultMap, faultsBeside } from '../../../resource/form/faults';
import { monthlyUsdOf } from '../../../resource/form/sizes';
import { kSizes } from '../../../testing/catalog';
import { patchOf, rebase } from './changes';
import { sizesOf } from '../../../resource/form/roles';
import { addNode, removeNode, setCount, setRoleSize } from './counts';
import { kRestFields, newForm, type RedisForm } from './form';
import { hintAt } from '../../../resource/form/hints';
import { hintsOf } from './hints';
import { isShown } from './shown';
import { redisFormat } from './spec';
import type { RedisSpec } from './types';

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
});

describe('sizes', () => {
  const cost = ({ roles }: RedisForm) => monthlyUsdOf(sizesOf(roles), kSizes);

  it('of all nodes add up', () => {
    expect(cost(newForm())).toBe(6 * 24 + 3 * 6);
    expect(cost(setRoleSize(newForm(), 'master', 's-unknown'))).toBeNull();
  });
});

describe('faults', () => {
  it('without a field are not lost', () => {
    const map = faultMap(
      [
        { path: 'spec.downAfterMilliseconds', message: 'must be at least 500' },
        { path: 'spec.desiredState.roles.master.nodes[2].tags[0]', message: 'must be short' },
        { path: 'clusters[0].name', message: 'is required' },
        { path: 'spec', message: 'must be an object' },
      ],
      redisFormat.roots,
    );
    expect(faultsBeside(map, isShown).map(({ path }) => path)).toEqual(['downAfterMilliseconds', '']);
  });
});

describe('the form', () => {
  // A field that it does not know would keep every stored cluster from being updated.
  it('knows every field that the server stores', () => {
    type Known = keyof RedisForm | 'desiredState' | (typeof kRestFields)[number];
    expectTypeOf<Exclude<keyof RedisSpec, Known>>().toBeNever();
    const stored = { ...redisFormat.write(newForm()), clientRights: ['flush'] };
    expect(redisFormat.read(stored).form?.rest).toEqual({ clientRights: ['flush'] });
  });
});
