// Best practices for whoever fills in the form. Hints never stand in the way: what must hold, the
// server says.

import type { Hint } from '../../../resource/form/hints';
import { findSize } from '../../../resource/form/sizes';
import { isProduction, type RedisForm } from './form';
import type { Size } from './types';

const kUsualProductionBytes = 8 * 2 ** 30;

function ofSentinels(form: RedisForm): Hint[] {
  const count = form.roles.sentinel.nodes.length;
  if (form.type === 'single' || count === 0 || count % 2 === 1) return [];
  return [
    {
      path: 'desiredState.roles.sentinel.count',
      text: `Use an odd number: ${count} sentinels survive the loss of ${Math.floor((count - 1) / 2)}, as ${count - 1} do.`,
    },
  ];
}

function ofTls(form: RedisForm): Hint[] {
  if (form.enableTLS) return [];
  return [
    {
      path: 'enableTLS',
      text: isProduction(form)
        ? 'Enable TLS for production: without it, passwords and data cross the network in clear.'
        : 'Without TLS, passwords and data cross the network in clear.',
    },
  ];
}

function leastMemory(form: RedisForm, role: 'master' | 'replica', sizes: readonly Size[]): number | null {
  const bytes = form.roles[role].nodes.flatMap((node) => findSize(sizes, node.size)?.memoryBytes ?? []);
  return bytes.length === 0 ? null : Math.min(...bytes);
}

function ofSizes(form: RedisForm, sizes: readonly Size[]): Hint[] {
  const hints: Hint[] = [];
  const master = leastMemory(form, 'master', sizes);
  const replica = leastMemory(form, 'replica', sizes);
  if (master !== null && replica !== null && replica < master)
    hints.push({
      path: 'desiredState.roles.replica.size',
      text: "A replica must be able to take its master's place: the smaller memory limits the whole group.",
    });
  if (master !== null && replica !== null && replica > master)
    hints.push({
      path: 'desiredState.roles.replica.size',
      text: 'Larger than the masters: the additional memory is paid for and stays unused.',
    });
  if (isProduction(form) && master !== null && master < kUsualProductionBytes)
    hints.push({
      path: 'desiredState.roles.master.size',
      text: 'Production masters usually have s-4vcpu-8gb or more.',
    });
  return hints;
}

function ofReplicas(form: RedisForm): Hint[] {
  const masters = form.roles.master.nodes.length;
  const replicas = form.roles.replica.nodes.length;
  if (form.type === 'single' || masters === 0 || replicas >= 2 * masters) return [];
  return [
    {
      path: 'desiredState.roles.replica.count',
      text: `With ${2 * masters}, each master has two replicas: one is left to confirm writes after a failover.`,
    },
  ];
}

function ofRanges(form: RedisForm): Hint[] {
  if (form.clientRanges.length === 0)
    return [
      {
        path: 'clientRanges',
        text: "Empty: only the cluster's own machines reach Redis.",
      },
    ];
  if (form.clientRanges.some((range) => range.endsWith('/0')))
    return [
      {
        path: 'clientRanges',
        text: 'Everyone who can reach the machines may try passwords.',
      },
    ];
  return [];
}

function ofName(form: RedisForm): Hint[] {
  if (form.name === '' || /^(prod|stage|staging|dev|test|qa)-/.test(form.name)) return [];
  return [
    {
      path: 'name',
      text: 'Begin with the environment, such as prod-redis-us-east.',
    },
  ];
}

export function hintsOf(form: RedisForm, sizes: readonly Size[]): Hint[] {
  return [
    ...ofName(form),
    ...ofTls(form),
    ...ofSizes(form, sizes),
    ...ofReplicas(form),
    ...ofSentinels(form),
    ...ofRanges(form),
  ];
}
