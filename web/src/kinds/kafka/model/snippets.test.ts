import { describe, expect, it } from 'vitest';
import { clients, snippetOf, type ConnectionFacts } from './snippets';

const facts: ConnectionFacts = {
  bootstrap: ['10.0.0.4:9092', '10.0.0.5:9092'],
  tls: true,
  username: 'shop',
  topic: 'orders',
};

describe.each(clients)('%s', (client) => {
  it('begins at the brokers, encrypted, with the user and no password', () => {
    const text = snippetOf(client, facts);
    for (const part of ['10.0.0.4:9092', '10.0.0.5:9092', 'ca.crt', 'shop', 'orders', 'KAFKA_PASSWORD'])
      expect(text).toContain(part);
    expect(text).toMatch(/scram-sha-512/i);
  });

  it('speaks of no certificate without TLS', () => {
    const text = snippetOf(client, { ...facts, tls: false });
    expect(text).not.toMatch(/ca\.crt|SASL_SSL|\bssl\b/i);
  });

  it('is broken by no name', () => {
    const text = snippetOf(client, { ...facts, username: 'a"b\\c', topic: 'd"e' });
    expect(text).toContain('a\\"b\\\\c');
    expect(text).toContain('d\\"e');
  });
});
