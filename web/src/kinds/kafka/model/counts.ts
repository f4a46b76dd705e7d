// How many nodes a role may have, and what adding, removing and resizing does to a form.

import * as nodes from '../../../resource/form/roles';
import { freeNode, usualSizes, type KafkaForm, type Role } from './form';
import type { KafkaType } from './types';

const mostNodes = 100;
/** More controllers than these only talk to each other. */
export const mostVoters = 9;

/** Whether controllers have machines of their own. */
export const hasControllers = ({ type }: Pick<KafkaForm, 'type'>): boolean => type === 'kafka-prod';

/** The roles whose nodes are machines. */
export const machineRoles = (form: Pick<KafkaForm, 'type'>): Role[] =>
  hasControllers(form) ? ['controller', 'broker'] : ['broker'];

/** The fewest nodes that the server accepts. */
export function leastNodes({ type }: Pick<KafkaForm, 'type'>, role: Role): number {
  if (role === 'controller') return type === 'kafka-prod' ? 3 : 0;
  return type === 'kafka-cluster' ? 3 : 1;
}

export function mostNodesOf(form: KafkaForm, role: Role): number {
  if (form.type === 'kafka-single') return role === 'broker' ? 1 : 0;
  if (role === 'controller') return mostVoters;
  return mostNodes - form.roles.controller.nodes.length;
}

/** Why no node of a role can be removed; null when one can. */
export function whyKept(form: KafkaForm, role: Role): string | null {
  const least = leastNodes(form, role);
  if (form.roles[role].nodes.length > least) return null;
  if (role === 'controller')
    return 'At least 3 controllers: with fewer, no majority survives the loss of one';
  return least === 3
    ? 'At least 3 brokers: with fewer, nothing survives the loss of one'
    : 'At least 1 broker';
}

/** How many of the brokers vote when nothing is said of it. */
export const usualVoters = (type: KafkaType): number => (type === 'kafka-cluster' ? 3 : 1);

/** How many may: an odd number, of which a majority survives the loss of some. */
export function voterChoices({ roles }: Pick<KafkaForm, 'roles'>): number[] {
  const most = Math.min(mostVoters, roles.broker.nodes.length);
  return [3, 5, 7, 9].filter((count) => count <= most);
}

const withRoles = (form: KafkaForm, roles: KafkaForm['roles']): KafkaForm => ({ ...form, roles });

export const addNode = (form: KafkaForm, role: Role): KafkaForm =>
  withRoles(form, nodes.addNode(form.roles, role, freeNode));

export const removeNode = (form: KafkaForm, role: Role, id: string): KafkaForm =>
  withRoles(form, nodes.removeNode(form.roles, role, id));

export const setCount = (form: KafkaForm, role: Role, count: number): KafkaForm =>
  withRoles(form, nodes.setCount(form.roles, role, count, freeNode));

export const setRoleSize = (form: KafkaForm, role: Role, size: string): KafkaForm =>
  withRoles(form, nodes.setRoleSize(form.roles, role, size));

export const setNodeSize = (form: KafkaForm, role: Role, id: string, size: string): KafkaForm =>
  withRoles(form, nodes.changeNode(form.roles, role, id, { size }));

export const setNodeHeld = (form: KafkaForm, role: Role, id: string, held: boolean): KafkaForm =>
  withRoles(form, nodes.changeNode(form.roles, role, id, { held }));

/** Another type has other nodes, and other controllers. */
export function setType(form: KafkaForm, type: KafkaType): KafkaForm {
  if (type === form.type) return form;
  const before = form.roles;
  const brokers = type === 'kafka-single' ? 1 : Math.max(3, before.broker.nodes.length);
  const changed = setCount({ ...form, type, voters: null }, 'broker', brokers);
  if (type !== 'kafka-prod')
    return withRoles(changed, {
      ...changed.roles,
      controller: { size: usualSizes.controller, nodes: [] },
    });
  return setCount(changed, 'controller', Math.max(3, before.controller.nodes.length));
}
