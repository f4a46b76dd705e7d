// How clients connect: code that can be pasted. No secret is ever part of it; the password comes from
// the environment of whoever runs it, the authority's certificate from the file ca.crt.

import type { RedisConnection } from './types';

export type Client = 'redis-cli' | 'ioredis' | 'redis-py' | 'go-redis';
export const kClients: readonly Client[] = ['redis-cli', 'ioredis', 'redis-py', 'go-redis'];

export interface ConnectionFacts {
  readonly group: string;
  readonly tls: boolean;
  readonly username: string;
  /** Empty for a single node: then clients connect to the node itself. */
  readonly sentinels: readonly Address[];
  readonly master: Address | null;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export function addressOf(text: string): Address | null {
  const colon = text.lastIndexOf(':');
  const port = Number(text.slice(colon + 1));
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return colon > 0 && host !== '' && Number.isInteger(port) && port > 0 ? { host, port } : null;
}

/** The address in `rediss://default:PASSWORD@10.0.0.2:6379/0`. */
function masterOf(url: string): Address | null {
  const authority = url.replace(/^[a-z]+:\/\//, '').replace(/\/.*$/, '');
  return addressOf(authority.slice(authority.lastIndexOf('@') + 1));
}

export function factsOf(connection: RedisConnection, tls: boolean, group: string): ConnectionFacts {
  const url = connection.urls.find((entry) => entry.group === group)?.url;
  return {
    group,
    tls,
    username: connection.username,
    sentinels: connection.sentinels.flatMap((text) => addressOf(text) ?? []),
    master: url === undefined ? null : masterOf(url),
  };
}

const joined = (...lines: (string | false)[]): string =>
  lines.filter((line): line is string => line !== false).join('\n');

function hostIn({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function redisCli(facts: ConnectionFacts): string {
  const tls = facts.tls ? ' --tls --cacert ca.crt' : '';
  const to = ({ host, port }: Address) =>
    `redis-cli -h ${host} -p ${port}${tls} --user ${facts.username} --askpass`;
  const [sentinel] = facts.sentinels;
  return joined(
    sentinel !== undefined && '# Who leads now? Ask a sentinel:',
    sentinel !== undefined && `${to(sentinel)} SENTINEL GET-MASTER-ADDR-BY-NAME ${facts.group}`,
    sentinel !== undefined && '# Then connect to it:',
    facts.master === null ? '# Nobody leads this group at the moment.' : to(facts.master),
  );
}

function ioredis(facts: ConnectionFacts): string {
  const isDirect = facts.sentinels.length === 0;
  return joined(
    'import { Redis } from "ioredis";',
    facts.tls && 'import { readFileSync } from "node:fs";',
    '',
    facts.tls && 'const tls = { ca: readFileSync("ca.crt") };',
    'const redis = new Redis({',
    isDirect && `  host: "${facts.master?.host ?? ''}",`,
    isDirect && `  port: ${facts.master?.port ?? 6379},`,
    !isDirect && '  sentinels: [',
    ...facts.sentinels.map(({ host, port }) => `    { host: "${host}", port: ${port} },`),
    !isDirect && '  ],',
    !isDirect && `  name: "${facts.group}",`,
    '  password: process.env.REDIS_PASSWORD,',
    !isDirect && '  sentinelPassword: process.env.REDIS_PASSWORD,',
    facts.tls && '  tls,',
    facts.tls && !isDirect && '  sentinelTLS: tls,',
    facts.tls && !isDirect && '  enableTLSForSentinelMode: true,',
    '});',
    'console.log(await redis.ping());',
    'redis.disconnect();',
  );
}

function redisPy(facts: ConnectionFacts): string {
  const isDirect = facts.sentinels.length === 0;
  const tls = facts.tls && 'tls = {"ssl": True, "ssl_ca_certs": "ca.crt"}';
  const more = facts.tls ? ', **tls' : '';
  if (isDirect)
    return joined(
      'import os',
      'import redis',
      '',
      'password = os.environ["REDIS_PASSWORD"]',
      tls,
      `client = redis.Redis("${facts.master?.host ?? ''}", ${facts.master?.port ?? 6379}, password=password${more})`,
      'print(client.ping())',
    );
  return joined(
    'import os',
    'from redis.sentinel import Sentinel',
    '',
    'password = os.environ["REDIS_PASSWORD"]',
    tls,
    'sentinel = Sentinel(',
    `    [${facts.sentinels.map(({ host, port }) => `("${host}", ${port})`).join(', ')}],`,
    `    sentinel_kwargs={"password": password${more}},`,
    `    password=password${more},`,
    ')',
    `master = sentinel.master_for("${facts.group}")`,
    `replica = sentinel.slave_for("${facts.group}")`,
    'print(master.ping())',
  );
}

/** Fields of a struct as gofmt sets them. */
function fields(given: readonly (readonly [name: string, value: string])[]): string[] {
  const width = Math.max(...given.map(([name]) => name.length)) + 2;
  return given.map(([name, value]) => `\t\t${`${name}:`.padEnd(width)}${value},`);
}

function goRedis(facts: ConnectionFacts): string {
  const isDirect = facts.sentinels.length === 0;
  return joined(
    'package main',
    '',
    'import (',
    '\t"context"',
    facts.tls && '\t"crypto/tls"',
    facts.tls && '\t"crypto/x509"',
    '\t"fmt"',
    '\t"os"',
    '',
    '\t"github.com/redis/go-redis/v9"',
    ')',
    '',
    'func main() {',
    facts.tls && '\tca, err := os.ReadFile("ca.crt")',
    facts.tls && '\tif err != nil {',
    facts.tls && '\t\tpanic(err)',
    facts.tls && '\t}',
    facts.tls && '\troots := x509.NewCertPool()',
    facts.tls && '\troots.AppendCertsFromPEM(ca)',
    isDirect
      ? '\tclient := redis.NewClient(&redis.Options{'
      : '\tclient := redis.NewFailoverClient(&redis.FailoverOptions{',
    !isDirect && `\t\tMasterName: "${facts.group}",`,
    !isDirect && '\t\tSentinelAddrs: []string{',
    ...facts.sentinels.map((address) => `\t\t\t"${hostIn(address)}",`),
    !isDirect && '\t\t},',
    ...fields([
      ...(isDirect ? [['Addr', `"${facts.master === null ? '' : hostIn(facts.master)}"`] as const] : []),
      ['Password', 'os.Getenv("REDIS_PASSWORD")'],
      ...(isDirect ? [] : [['SentinelPassword', 'os.Getenv("REDIS_PASSWORD")'] as const]),
      ...(facts.tls
        ? [['TLSConfig', '&tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}'] as const]
        : []),
    ]),
    '\t})',
    '\tdefer client.Close()',
    '\tfmt.Println(client.Ping(context.Background()).Result())',
    '}',
  );
}

const kWriters: Record<Client, (facts: ConnectionFacts) => string> = {
  'redis-cli': redisCli,
  ioredis,
  'redis-py': redisPy,
  'go-redis': goRedis,
};

export function snippetOf(client: Client, facts: ConnectionFacts): string {
  return kWriters[client](facts);
}
