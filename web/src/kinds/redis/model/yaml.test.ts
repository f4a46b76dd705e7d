import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { linesOfFaults, readYaml, writeYaml } from '../../../resource/form/yaml';
import { newForm, type RedisForm } from './form';
import { formOfSpec, redisFormat, specOfForm } from './spec';

const formOfYaml = (text: string) => readYaml(text, redisFormat);
const yamlOfForm = (form: RedisForm) => writeYaml('redis', specOfForm(form));
const example = (name: string) => readFileSync(`../examples/${name}.yaml`, 'utf8');

function formOf(text: string): RedisForm {
  const read = formOfYaml(text);
  if (read.form === null) throw new Error(JSON.stringify(read.faults));
  return read.form;
}

describe('the examples', () => {
  it.each(['redis-sentinel', 'redis-single', 'redis-small'])('%s keeps its meaning', (name) => {
    const written = parse(yamlOfForm(formOf(example(name)))) as Record<string, unknown>;
    const given = parse(example(name)) as Record<string, unknown>;
    expect(written).toMatchObject(given);
  });

  it('redis-sentinel fills the form', () => {
    const form = formOf(example('redis-sentinel'));
    expect(form.roles.replica.nodes).toHaveLength(6);
    expect(form.roles.replica.nodes[5]).toEqual({
      id: 'replica-6',
      size: 's-2vcpu-2gb',
      tags: [],
      group: null,
    });
    expect(form.enableTLS).toBe(true);
  });
});

describe('both ways', () => {
  it('gives back the form that was written', () => {
    expect(formOf(yamlOfForm(newForm()))).toEqual(newForm());
  });

  it('keeps nodes that differ, tags and what the form has no input for', () => {
    const base = newForm();
    const form: RedisForm = {
      ...base,
      rest: { downAfterMilliseconds: 2000, maxMemoryPolicy: 'allkeys-lru' },
      roles: {
        ...base.roles,
        master: {
          size: 's-2vcpu-4gb',
          nodes: [
            {
              id: 'master-1',
              size: 's-4vcpu-8gb',
              tags: ['تجربة', '<img onerror=1>'],
              group: 1,
            },
            { id: 'master-9', size: 's-2vcpu-4gb', tags: [], group: null },
          ],
        },
      },
    };
    expect(formOf(yamlOfForm(form))).toEqual(form);
  });

  it('lists every node when asked, so that each keeps its machine', () => {
    const spec = specOfForm(newForm(), { listed: true });
    expect(spec).toHaveProperty('desiredState.roles.master.nodes.length', 3);
    expect(specOfForm(newForm())).not.toHaveProperty('desiredState.roles.master.nodes');
  });
});

describe('faults', () => {
  const faultsOf = (text: string) => formOfYaml(text).faults.map(({ path, line }) => ({ path, line }));

  it('stand at their path and line', () => {
    const text = 'name: prod\nenableTLS: perhaps\ndesiredState:\n  roles:\n    master:\n      count: many\n';
    expect(faultsOf(text)).toEqual([
      { path: 'enableTLS', line: 2 },
      { path: 'desiredState.roles.master.count', line: 6 },
    ]);
  });

  it('name unknown fields instead of dropping them', () => {
    expect(faultsOf('name: prod\nregoin: nyc1\n')).toEqual([{ path: 'regoin', line: 2 }]);
    expect(
      faultsOf('desiredState:\n  roles:\n    master:\n      nodes:\n        - id: a\n          sise: b\n'),
    ).toEqual([{ path: 'desiredState.roles.master.nodes[0].sise', line: 6 }]);
  });

  it('refuse a password in a document, without repeating it', () => {
    const read = formOfYaml('systemPassword: hunter2hunter2\n');
    expect(read.faults).toHaveLength(1);
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it('say what is no cluster', () => {
    expect(formOfYaml('- a\n- b\n').faults[0]?.message).toMatch(/must be a Redis cluster/);
  });

  it('of the server are found in the text', () => {
    const text = yamlOfForm(newForm());
    const [fault] = linesOfFaults(text, [{ path: 'desiredState.roles.sentinel.count', message: '' }]);
    expect(text.split('\n')[(fault?.line ?? 0) - 1]).toMatch(/count: 3/);
  });
});

it('reads a spec as the server stores it', () => {
  const read = formOfSpec({
    name: 'prod-redis',
    type: 'single',
    deploymentType: 'redis-single',
    targetClusters: [],
    region: 'nyc1',
    vpcUUID: null,
    enableTLS: false,
    desiredState: {
      roles: {
        master: {
          count: 1,
          size: 's-1vcpu-1gb',
          nodes: [
            {
              id: 'master-1',
              size: 's-1vcpu-1gb',
              region: 'nyc1',
              tags: [],
              group: 1,
            },
          ],
        },
        replica: { count: 0, size: null, nodes: [] },
        sentinel: { count: 0, size: null, nodes: [] },
      },
    },
    clientRanges: [],
    persistence: { mode: 'rdb' },
    maxMemoryPolicy: 'noeviction',
    downAfterMilliseconds: 5000,
    image: 'debian-12-x64',
    packageVersion: '5:7.0.15-1~deb12u10',
    power: 'on',
    heal: 'safe',
    passwordOverlapSeconds: 60,
    certificateDays: 1095,
  });
  expect(read.faults).toEqual([]);
  expect(read.form?.roles.master.nodes[0]?.group).toBe(1);
  expect(read.form?.rest).toHaveProperty('certificateDays', 1095);
});
