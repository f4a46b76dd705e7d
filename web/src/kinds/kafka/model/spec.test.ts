import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { parse } from 'yaml';
import type { components } from '../../../api/schema';
import { readYaml, writeYaml } from '../../../resource/form/yaml';
import { storedSpec } from '../testing';
import { operationsOf, newForm, restFields, usualUser, type KafkaForm } from './form';
import { formOfSpec, kafkaFormat, specOfForm } from './spec';

const yamlOf = (form: KafkaForm) => writeYaml('kafka', specOfForm(form));
const example = (name: string) => readFileSync(`../examples/${name}.yaml`, 'utf8');

function formOf(text: string): KafkaForm {
  const read = readYaml(text, kafkaFormat);
  if (read.form === null) throw new Error(JSON.stringify(read.faults));
  return read.form;
}

const faultsOf = (text: string) =>
  readYaml(text, kafkaFormat).faults.map(({ path, line }) => ({ path, line }));

describe('the examples', () => {
  it.each(['kafka', 'kafka-single'])('%s keeps its meaning', (name) => {
    const written: unknown = parse(yamlOf(formOf(example(name))));
    expect(written).toMatchObject(parse(example(name)) as object);
  });
});

describe('both ways', () => {
  const rich: KafkaForm = {
    ...newForm(),
    version: '4.0.1',
    vpcUUID: '12ab',
    heapMegabytes: { controller: 512, broker: null },
    defaults: { ...newForm().defaults, partitions: 6, retentionBytes: 2 ** 40 },
    topics: [
      { name: 'orders', partitions: 6, replicationFactor: null, configuration: [] },
      {
        name: '__proto__',
        partitions: null,
        replicationFactor: 3,
        configuration: [{ key: '__proto__', value: '<img src=x onerror=alert(1)>' }],
      },
    ],
    users: [
      usualUser,
      { name: 'admin', acls: [{ subject: 'cluster', name: '', operations: ['describe'] }] },
      { name: 'nobody', acls: [] },
    ],
    reassignmentBytesPerSecond: 0,
    prune: true,
    rest: { image: '12345', configuration: { 'num.io.threads': '6' } },
  };

  it.each([
    ['a new one', newForm()],
    ['one with everything', rich],
    ['one whose users are none', { ...newForm(), users: [] }],
    [
      'one with controllers among its brokers',
      {
        ...newForm(),
        type: 'kafka-cluster' as const,
        voters: 3,
        roles: { ...newForm().roles, controller: formOf('type: kafka-cluster').roles.controller },
      },
    ],
  ])('gives back %s', (_, form) => {
    expect(formOf(yamlOf(form))).toEqual(form);
  });

  it('keeps a node’s number and zone, and lists nodes when asked', () => {
    const { form } = formOfSpec(storedSpec);
    expect(form?.roles.broker.nodes[0]).toMatchObject({ id: 'broker-1', number: 4, zone: null });
    const spec = specOfForm(form ?? newForm(), { listed: true });
    expect(spec).toHaveProperty('desiredState.roles.broker.nodes[2].number', 6);
  });

  it('reads every field that the server stores', () => {
    const { form, faults } = formOfSpec(storedSpec);
    expect(faults).toEqual([]);
    expect(specOfForm(form ?? newForm(), { listed: true })).toMatchObject({
      topics: [{ name: 'orders', partitions: 6, replicationFactor: 3 }, { name: 'customers' }],
      users: storedSpec.users,
      configuration: storedSpec.configuration,
      highestNodeNumber: 6,
    });
  });

  it('takes numbers for texts where Kafka does', () => {
    const form = formOf(
      'topics: [{name: a, configuration: {retention.ms: 1000, preallocate: true, x: null}}]',
    );
    expect(form.topics[0]?.configuration).toEqual([
      { key: 'retention.ms', value: '1000' },
      { key: 'preallocate', value: 'true' },
    ]);
  });
});

describe('faults', () => {
  it('stand at their path and line', () => {
    expect(faultsOf('name: prod\ntopics:\n  - name: a\n    partitions: many\n')).toEqual([
      { path: 'topics[0].partitions', line: 4 },
    ]);
    expect(faultsOf('regoin: nyc1\n')).toEqual([{ path: 'regoin', line: 1 }]);
  });

  it('of permissions say what is missing or too much', () => {
    expect(faultsOf('users: [{name: a, acls: [{operations: [read]}]}]')[0]?.path).toBe('users[0].acls[0]');
    expect(faultsOf('users: [{name: a, acls: [{topic: x, group: y, operations: [read]}]}]')[0]?.path).toBe(
      'users[0].acls[0].topic',
    );
    expect(faultsOf('users: [{name: a, acls: [{cluster: false, operations: [read]}]}]')[0]?.path).toBe(
      'users[0].acls[0].cluster',
    );
  });

  it('keep passwords out of documents', () => {
    const read = readYaml('users: [{name: a, password: hunter2hunter2}]', kafkaFormat);
    expect(read.faults[0]?.path).toBe('users[0].password');
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it('refuse machines for controllers that are among the brokers', () => {
    const text = 'type: kafka-cluster\ndesiredState: {roles: {controller: {count: 3, size: s-1vcpu-1gb}}}\n';
    expect(faultsOf(text)[0]?.path).toBe('desiredState.roles.controller.size');
  });

  it('say what is no cluster', () => {
    expect(readYaml('- a\n', kafkaFormat).faults[0]?.message).toMatch(/must be a Kafka cluster/);
  });
});

it('knows every field and every operation that the API takes', () => {
  type Patch = components['schemas']['KafkaPatch'];
  type Operation = components['schemas']['KafkaAcl']['operations'][number];
  type Own = Exclude<keyof KafkaForm, 'rest' | 'roles' | 'voters' | 'heapMegabytes'>;
  expectTypeOf<keyof Patch>().toEqualTypeOf<Own | (typeof restFields)[number] | 'kind' | 'desiredState'>();
  type Offered = (typeof operationsOf)[keyof typeof operationsOf][number];
  expectTypeOf<Offered>().toEqualTypeOf<Operation>();
});
