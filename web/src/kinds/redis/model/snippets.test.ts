import { describe, expect, it } from 'vitest';
import { addressOf, factsOf, kClients, snippetOf } from './snippets';
import { kSixNodes, node, status } from './testing';

const observed = status(kSixNodes.map((name) => node(name)));
const connection = observed.connection;
if (connection === null) throw new Error("the test's cluster has a connection");
const facts = factsOf(connection, true, 'prod-m1');

it('reads addresses of both families', () => {
  expect(addressOf('10.0.0.2:6379')).toEqual({ host: '10.0.0.2', port: 6379 });
  expect(addressOf('[fd00::2]:26379')).toEqual({
    host: 'fd00::2',
    port: 26379,
  });
  expect(addressOf('nowhere')).toBeNull();
});

describe.each(kClients)('%s', (client) => {
  const snippet = snippetOf(client, facts);

  it("goes through the sentinels, encrypted, checked by the cluster's authority", () => {
    expect(snippet).toContain('prod-m1');
    expect(snippet).toContain('10.64.128.5');
    expect(snippet).toContain('ca.crt');
  });

  it('holds no password, and asks for it where it is run', () => {
    expect(snippet).toMatch(/REDIS_PASSWORD|--askpass/);
    expect(snippet).not.toContain(':PASSWORD@');
  });

  it('of a single node without TLS goes straight to it', () => {
    const direct = snippetOf(client, { ...facts, sentinels: [], tls: false });
    expect(direct).toContain('10.64.128.2');
    expect(direct).not.toMatch(/ca\.crt|entinel/);
  });
});

it('connects to the master as it is now', () => {
  expect(facts.master).toEqual({ host: '10.64.128.2', port: 6379 });
});
