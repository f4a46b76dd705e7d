import { describe, expect, it } from 'vitest';
import { faultMap, faultsBeside } from '../../../resource/form/faults';
import { hintAt } from '../../../resource/form/hints';
import { kSizes } from '../../../testing/catalog';
import { node, sixNodes, status, storedSpec } from '../testing';
import { patchOf, rebase } from './changes';
import { addNode, removeNode, setCount, setRoleSize, setType, voterChoices, whyKept } from './counts';
import { entryPage, faultyEntries } from './entries';
import { newForm, type KafkaForm, type TopicForm } from './form';
import { hintsOf } from './hints';
import { diskLeftInWords, diskOf } from './nodes';
import { namedPartitions, partitionTroubles } from './partitions';
import { picture } from './racks';
import { passwordField, renamed, secretFields, withPasswords } from './secrets';
import { isShown } from './shown';
import { formOfSpec } from './spec';

function stored(): KafkaForm {
  const { form } = formOfSpec(storedSpec);
  if (form === null) throw new Error('the stored spec must be readable');
  return form;
}

const topic = (name: string, given: Partial<TopicForm> = {}): TopicForm => ({
  name,
  partitions: 1,
  replicationFactor: null,
  configuration: [],
  ...given,
});

describe('types', () => {
  it('have the nodes that they need', () => {
    const single = setType(newForm(), 'kafka-single');
    expect(single.roles.broker.nodes).toHaveLength(1);
    expect(single.roles.controller.nodes).toHaveLength(0);
    const again = setType(single, 'kafka-prod');
    expect(again.roles.broker.nodes).toHaveLength(3);
    expect(again.roles.controller.nodes).toHaveLength(3);
    expect(setType(again, 'kafka-cluster').roles.controller.nodes).toHaveLength(0);
  });

  it('keep the nodes without which nothing survives a loss', () => {
    expect(whyKept(newForm(), 'controller')).toMatch(/majority/);
    expect(whyKept(addNode(newForm(), 'controller'), 'controller')).toBeNull();
    expect(whyKept(newForm(), 'broker')).toBeNull();
    expect(whyKept(setType(newForm(), 'kafka-cluster'), 'broker')).toMatch(/At least 3 brokers/);
  });

  it('let an odd number of the brokers vote', () => {
    expect(voterChoices(newForm())).toEqual([3]);
    expect(voterChoices(setCount(newForm(), 'broker', 6))).toEqual([3, 5]);
    expect(voterChoices(setCount(newForm(), 'broker', 40))).toEqual([3, 5, 7, 9]);
  });
});

describe('hints', () => {
  const at = (form: KafkaForm, path: string) => hintAt(hintsOf(form, kSizes), path);

  it('stand at their fields', () => {
    expect(at(newForm(), 'enableTLS')).toBeUndefined();
    expect(at({ ...newForm(), enableTLS: false }, 'enableTLS')).toMatch(/guessed/);
    expect(at(addNode(newForm(), 'controller'), 'desiredState.roles.controller.count')).toMatch(/odd/);
    const small = setRoleSize(newForm(), 'broker', 's-1vcpu-1gb');
    expect(at(newForm(), 'desiredState.roles.broker.size')).toBeUndefined();
    expect(at(small, 'desiredState.roles.broker.size')).toMatch(/Production/);
    expect(at({ ...newForm(), clientRanges: ['::/0'] }, 'clientRanges')).toMatch(/Everyone/);
    expect(at({ ...newForm(), name: 'kafka' }, 'name')).toMatch(/environment/);
  });
});

describe('patches', () => {
  it('ask for nothing when nothing changed', () => {
    expect(patchOf(stored(), stored())).toBeNull();
  });

  it('name what changed and only that', () => {
    const base = stored();
    expect(patchOf(base, { ...base, prune: true })).toEqual({ prune: true });
    expect(patchOf(base, { ...base, defaults: { ...base.defaults, partitions: 12 } })).toEqual({
      defaults: { partitions: 12 },
    });
    const forgotten = { ...base, defaults: { ...base.defaults, retentionHours: null } };
    expect(patchOf(base, forgotten)).toEqual({ defaults: { retentionHours: null } });
    expect(patchOf(base, { ...base, users: null })).toEqual({ users: null });
    for (const bytes of [0, null])
      expect(patchOf(base, { ...base, reassignmentBytesPerSecond: bytes })).toEqual({
        reassignmentBytesPerSecond: bytes,
      });
  });

  it('list the nodes of a role that changed, each with its number', () => {
    const base = stored();
    const patch = patchOf(base, removeNode(base, 'broker', 'broker-2'));
    expect(patch).toEqual({
      desiredState: {
        roles: {
          broker: {
            nodes: [
              { id: 'broker-1', size: 's-2vcpu-4gb', number: 4 },
              { id: 'broker-3', size: 's-2vcpu-4gb', number: 6 },
            ],
          },
        },
      },
    });
  });

  it('change how many of the brokers vote, and how much memory they take', () => {
    const base: KafkaForm = { ...setType(stored(), 'kafka-cluster'), voters: 3 };
    const changed = { ...base, voters: null, heapMegabytes: { ...base.heapMegabytes, broker: 1024 } };
    expect(patchOf(base, changed)).toEqual({
      desiredState: { roles: { controller: { count: null }, broker: { heapMegabytes: 1024 } } },
    });
  });
});

describe('two who change the same cluster', () => {
  it('keep each other’s topics, users, nodes and fields', () => {
    const base = stored();
    const mine: KafkaForm = {
      ...addNode(base, 'broker'),
      prune: true,
      topics: [...base.topics, topic('mine')],
      users: (base.users ?? []).filter(({ name }) => name !== 'billing'),
    };
    const theirs: KafkaForm = {
      ...base,
      reassignmentBytesPerSecond: 0,
      topics: base.topics.map((one) => (one.name === 'orders' ? { ...one, partitions: 12 } : one)),
      users: [...(base.users ?? []), { name: 'new', acls: [] }],
      defaults: { ...base.defaults, partitions: 3 },
    };
    const { merged, theirs: told, contested } = rebase(base, mine, theirs);
    expect(merged.topics.map(({ name, partitions }) => [name, partitions])).toEqual([
      ['orders', 12],
      ['customers', 3],
      ['mine', 1],
    ]);
    expect(merged.users?.map(({ name }) => name)).toEqual(['shop', 'new']);
    expect(merged.roles.broker.nodes).toHaveLength(4);
    expect(merged).toMatchObject({
      prune: true,
      defaults: { partitions: 3 },
      reassignmentBytesPerSecond: 0,
    });
    expect(told.map(({ path }) => path)).toContain('defaults.partitions');
    expect(contested).toEqual(['topics', 'users']);
  });
});

describe('passwords', () => {
  const spec = { users: [{ name: 'shop' }, { name: 'billing' }] };

  it('go to their users, and those that are generated are not sent', () => {
    const secrets = { [passwordField('shop')]: 'correct-horse', [passwordField('billing')]: null };
    expect(withPasswords(spec, secrets)).toEqual({
      users: [{ name: 'shop', password: 'correct-horse' }, { name: 'billing' }],
    });
    expect(withPasswords({ prune: true }, secrets)).toEqual({ prune: true });
  });

  it('follow a user to another name', () => {
    const secrets = { [passwordField('a')]: 'one', [passwordField('b')]: 'two' };
    expect(renamed(secrets, 'a', '__proto__')).toEqual({
      [passwordField('b')]: 'two',
      [passwordField('__proto__')]: 'one',
    });
    expect(renamed(secrets, 'c', 'd')).toBe(secrets);
  });

  it('are shown by user, with the file for Kafka’s own tools', () => {
    const fields = secretFields({
      resourceId: 'res_1',
      kind: 'kafka',
      name: 'prod',
      connection: null,
      users: [
        { username: 'shop', password: 'secret-1' },
        { username: 'not-yet', password: null },
      ],
      clientProperties: 'a=b',
    });
    expect(fields.map(({ label, saveAs }) => [label, saveAs])).toEqual([
      ['Password of shop', undefined],
      ['client.properties', 'client.properties'],
    ]);
  });
});

describe('many entries', () => {
  const titles = Array.from({ length: 25 }, (_, index) => `topic-${index}`);
  const view = { text: '', page: 1, faulty: [] };

  it('are shown page by page, and found', () => {
    expect(entryPage(titles, view)).toMatchObject({ pages: 3, page: 1 });
    expect(entryPage(titles, { ...view, page: 9 })).toEqual({
      shown: [20, 21, 22, 23, 24],
      pages: 3,
      page: 3,
    });
    expect(entryPage(titles, { ...view, text: ' TOPIC-2 ' }).shown).toEqual([2, 20, 21, 22, 23, 24]);
    expect(entryPage(titles, { ...view, text: 'nothing' })).toEqual({ shown: [], pages: 1, page: 1 });
  });

  it('begin with those that have faults, wherever they are', () => {
    const faults = faultMap([
      { path: 'topics[17].name', message: 'is taken' },
      { path: 'topics[3]', message: 'must be an object' },
      { path: 'topics', message: 'too many' },
    ]);
    expect(faultyEntries(faults, 'topics')).toEqual([3, 17]);
    const { shown } = entryPage(titles, { ...view, faulty: [3, 17, 99] });
    expect(shown.slice(0, 3)).toEqual([3, 17, 0]);
    expect(new Set(shown).size).toBe(shown.length);
  });
});

it('every fault is shown at a field, or beside them', () => {
  const shown = [
    'topics[3].configuration.retention.ms',
    'users[0].acls[1].operations[0]',
    'desiredState.roles.broker.nodes[0].zone',
    'defaults.minInsyncReplicas',
    'reassignmentBytesPerSecond',
    'users[2].password',
  ];
  const beside = ['certificateDays', 'package.url', 'configuration.num.io.threads', 'desiredState'];
  const map = faultMap([...shown, ...beside].map((path) => ({ path, message: 'is wrong' })));
  expect(faultsBeside(map, isShown).map(({ path }) => path)).toEqual(beside);
});

describe('disks', () => {
  it('are what the file system says, else what the machine has', () => {
    expect(diskOf(node('broker-1', { diskBytes: 100, diskFreeBytes: 40 }))).toEqual({
      usedBytes: 60,
      freeBytes: 40,
      totalBytes: 100,
    });
    const odd = node('broker-1', { diskBytes: 1, diskFreeBytes: 40, machineDiskBytes: 50 });
    expect(diskOf(odd)?.totalBytes).toBe(50);
    expect(diskOf(node('broker-1', { diskFreeBytes: null }))).toBeNull();
    const unknown = node('broker-1', { diskBytes: null, machineDiskBytes: null, diskFreeBytes: 2048 });
    expect(diskLeftInWords(unknown)).toBe('2 KiB');
    expect(diskLeftInWords(node('broker-1'))).toBe('40 GiB of 50 GiB');
  });
});

describe('partitions', () => {
  it('with trouble are counted and named', () => {
    const partitions = {
      count: 62,
      offline: { count: 1, named: ['orders-3'] },
      underReplicated: { count: 12, named: ['orders-3', 'orders-4'] },
      underMinInSync: { count: 0, named: [] },
    };
    expect(partitionTroubles(partitions)).toEqual(['1 offline', '12 under-replicated']);
    expect(namedPartitions(partitions.offline)).toBe('orders-3');
    expect(namedPartitions(partitions.underReplicated)).toBe('orders-3, orders-4 and 10 others');
  });
});

describe('the picture', () => {
  const nobody = new Set<string>();

  it('has zones as columns in order, nodes without one last', () => {
    const zones = ['b', null, 'a'];
    const nodes = zones.map((zone, index) => node(`broker-${index + 1}`, { zone }));
    const { racks, controllers } = picture(status({ nodes }), nobody);
    expect(racks.map(({ zone }) => zone)).toEqual(['a', 'b', null]);
    expect(controllers).toEqual([]);
  });

  it('has controllers apart only where they have machines of their own', () => {
    expect(picture(status(), nobody).controllers).toHaveLength(3);
    const both = [1, 2, 10].map((number) => node(`broker-${number}`, { role: 'broker, controller' }));
    const { controllers, racks } = picture(status({ nodes: both }), nobody);
    expect(controllers).toEqual([]);
    expect(racks[0]?.boxes.map((box) => [box.node.name, box.isController])).toEqual([
      ['broker-1', true],
      ['broker-2', true],
      ['broker-10', true],
    ]);
  });

  it('marks who is held out of changes', () => {
    const [rack] = picture(status(), new Set(['broker-2'])).racks;
    expect(rack?.boxes.filter(({ isHeld }) => isHeld).map(({ node: { name } }) => name)).toEqual([
      'broker-2',
    ]);
  });

  it('marks what lags and what fills up', () => {
    const gib = 2 ** 30;
    const late = node('broker-1', { notInSync: 31, diskBytes: 100 * gib, diskFreeBytes: 10 * gib });
    const [box] =
      picture(status({ nodes: [late, node('broker-2', { leaders: 40 })] }), nobody).racks[0]?.boxes ?? [];
    expect(box?.bars).toEqual([
      { label: 'Leads', text: '20', share: 0.5, tone: 'usual' },
      { label: 'Replicas', text: '62', share: 1, tone: 'usual' },
      { label: 'Not in sync', text: '31', share: 0.5, tone: 'trouble' },
      { label: 'Disk', text: '90 %', share: 0.9, tone: 'trouble' },
    ]);
  });

  it('draws nothing of what nobody knows', () => {
    const silent = node('broker-1', {
      leaders: null,
      replicas: null,
      notInSync: null,
      diskFreeBytes: null,
    });
    expect(picture(status({ nodes: [silent] }), nobody).racks[0]?.boxes[0]?.bars).toEqual([]);
    expect(picture(status({ nodes: sixNodes }), nobody).racks[0]?.boxes[0]?.bars).toHaveLength(4);
  });
});
