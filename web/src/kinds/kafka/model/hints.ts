// Best practices for whoever fills in the form.

import type { Hint } from '../../../resource/form/hints';
import { findSize } from '../../../resource/form/sizes';
import type { Size } from '../../../api/types';
import type { KafkaForm } from './form';

const usualBrokerBytes = 4 * 2 ** 30;

function ofName({ name }: KafkaForm): Hint[] {
  if (name === '' || /^(prod|stage|staging|dev|test|qa)-/.test(name)) return [];
  return [{ path: 'name', text: 'Begin with the environment, such as prod-kafka-us-east.' }];
}

function ofTls({ enableTLS }: KafkaForm): Hint[] {
  if (enableTLS) return [];
  const text =
    'Without TLS, data crosses the network in clear, and passwords can be guessed from how clients log in.';
  return [{ path: 'enableTLS', text }];
}

function ofControllers({ type, roles: { controller } }: KafkaForm): Hint[] {
  const count = controller.nodes.length;
  if (type !== 'kafka-prod' || count === 0 || count % 2 === 1) return [];
  return [
    {
      path: 'desiredState.roles.controller.count',
      text: `Must be odd: of ${count} no more may be lost than of ${count - 1}.`,
    },
  ];
}

function ofSizes({ type, roles: { broker } }: KafkaForm, sizes: readonly Size[]): Hint[] {
  const bytes = broker.nodes.flatMap(({ size }) => findSize(sizes, size)?.memoryBytes ?? []);
  if (type !== 'kafka-prod' || bytes.length === 0 || Math.min(...bytes) >= usualBrokerBytes) return [];
  return [
    { path: 'desiredState.roles.broker.size', text: 'Production brokers usually have s-2vcpu-4gb or more.' },
  ];
}

function ofRanges({ clientRanges }: KafkaForm): Hint[] {
  if (clientRanges.length === 0)
    return [{ path: 'clientRanges', text: 'Empty: only the cluster’s own machines can connect.' }];
  if (clientRanges.some((range) => /^(0\.0\.0\.0|::)\/0$/.test(range.trim())))
    return [{ path: 'clientRanges', text: 'Everyone can connect; name the networks of your clients.' }];
  return [];
}

export function hintsOf(form: KafkaForm, sizes: readonly Size[]): Hint[] {
  return [
    ...ofName(form),
    ...ofTls(form),
    ...ofControllers(form),
    ...ofSizes(form, sizes),
    ...ofRanges(form),
  ];
}
