import { describe, expect, it } from 'vitest';
import { nextId } from '../../../resource/form/roles';
import { addNode, leastNodes, mayRemove, removeNode, setCount, setRoleSize, setType } from './counts';
import { newForm, type RedisForm } from './form';

const ids = (form: RedisForm, role: 'master' | 'replica' | 'sentinel') =>
  form.roles[role].nodes.map(({ id }) => id);

describe('minimums', () => {
  it('keep three sentinels, a master, and a replica for each master', () => {
    const form = newForm();
    expect(leastNodes(form, 'master')).toBe(1);
    expect(leastNodes(form, 'replica')).toBe(3);
    expect(leastNodes(form, 'sentinel')).toBe(3);
    expect(mayRemove(form, 'sentinel')).toBe(false);
    expect(mayRemove(addNode(form, 'sentinel'), 'sentinel')).toBe(true);
  });

  it('of a single node are one', () => {
    const form = setType(newForm(), 'single');
    expect(ids(form, 'master')).toEqual(['master-1']);
    expect(ids(form, 'replica')).toEqual([]);
    expect(mayRemove(form, 'master')).toBe(false);
  });
});

describe('nodes', () => {
  it('get the first free id', () => {
    const form = removeNode(newForm(), 'replica', 'replica-2');
    expect(nextId(form.roles, 'replica')).toBe('replica-2');
    expect(ids(addNode(form, 'replica'), 'replica')).toEqual(['replica-1', 'replica-3', 'replica-2']);
  });

  it("of a removed master's group are free for another", () => {
    const base = newForm();
    const form: RedisForm = {
      ...base,
      roles: {
        ...base.roles,
        master: {
          ...base.roles.master,
          nodes: base.roles.master.nodes.map((node, i) => ({
            ...node,
            group: i + 1,
          })),
        },
        replica: {
          ...base.roles.replica,
          nodes: base.roles.replica.nodes.map((node, i) => ({
            ...node,
            group: i + 1,
          })),
        },
      },
    };
    const groups = removeNode(form, 'master', 'master-2').roles.replica.nodes.map(({ group }) => group);
    expect(groups).toEqual([1, null, 3]);
  });

  it("come and go with the count, and follow the role's size", () => {
    const six = setCount(newForm(), 'replica', 6);
    expect(ids(six, 'replica').at(-1)).toBe('replica-6');
    expect(ids(setCount(six, 'replica', 4), 'replica')).toHaveLength(4);
    const sized = setRoleSize(six, 'replica', 's-2vcpu-2gb');
    expect(sized.roles.replica.nodes.every(({ size }) => size === 's-2vcpu-2gb')).toBe(true);
    expect(addNode(sized, 'replica').roles.replica.nodes.at(-1)?.size).toBe('s-2vcpu-2gb');
  });
});
