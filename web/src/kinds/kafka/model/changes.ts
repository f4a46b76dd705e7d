// The patch that a changed form asks for, and what to do when somebody else changed the cluster meanwhile.

import { changedFields, compare, pick, type Meeting } from '../../../resource/form/differences';
import type { Spec } from '../../../resource/form/format';
import { pickRole, rolePatch } from '../../../resource/form/roles';
import type { DefaultsForm, KafkaForm, Role, TopicForm, UserForm } from './form';
import { nodeFormat, specOfForm } from './spec';

const listed = { listed: true };

const withoutRoles = (form: KafkaForm): Spec =>
  Object.fromEntries(Object.entries(specOfForm(form, listed)).filter(([field]) => field !== 'desiredState'));

/** What is asked of a role whose nodes are machines. */
function machinesPatch(base: KafkaForm, form: KafkaForm, role: Role): Spec {
  const nodes = rolePatch(role, base.roles[role], form.roles[role], nodeFormat);
  const heap = form.heapMegabytes[role];
  return { ...nodes, ...(heap === base.heapMegabytes[role] ? {} : { heapMegabytes: heap }) };
}

function rolesPatch(base: KafkaForm, form: KafkaForm): Spec {
  const voters = form.voters === base.voters ? {} : { count: form.voters };
  const patches = {
    controller: form.type === 'kafka-prod' ? machinesPatch(base, form, 'controller') : voters,
    broker: machinesPatch(base, form, 'broker'),
  };
  return Object.fromEntries(Object.entries(patches).filter(([, asked]) => Object.keys(asked).length > 0));
}

/** A merge patch leaves out what stays, so that what a form says no more is taken back by a null. */
function defaultsPatch(base: DefaultsForm, form: DefaultsForm): Spec {
  return changedFields({ ...base }, { ...form });
}

/** The merge patch (RFC 7396) that makes the form's wishes of `base`; null when there are none. */
export function patchOf(base: KafkaForm, form: KafkaForm): Spec | null {
  const patch = changedFields(withoutRoles(base), withoutRoles(form));
  if ('defaults' in patch) patch.defaults = defaultsPatch(base.defaults, form.defaults);
  const roles = rolesPatch(base, form);
  if (Object.keys(roles).length > 0) patch.desiredState = { roles };
  return Object.keys(patch).length === 0 ? null : patch;
}

/** Entries by name: mine where I changed one, theirs where I did not; new ones of both. */
function pickByName<Entry extends TopicForm | UserForm>(
  base: readonly Entry[],
  mine: readonly Entry[],
  theirs: readonly Entry[],
): Entry[] {
  const of = (entries: readonly Entry[]) => new Map(entries.map((entry) => [entry.name, entry]));
  const [before, own, other] = [of(base), of(mine), of(theirs)];
  return [...new Set([...other.keys(), ...own.keys()])].flatMap((name) => {
    const chosen = pick(before.get(name), own.get(name), other.get(name));
    return chosen === undefined ? [] : [chosen];
  });
}

/** Puts what I changed since `base` on top of what somebody else made of it. */
export function rebase(base: KafkaForm, mine: KafkaForm, theirs: KafkaForm): Meeting<KafkaForm> {
  const field = <Field extends keyof KafkaForm>(name: Field) => pick(base[name], mine[name], theirs[name]);
  const roleOf = (role: Role) => pickRole(base.roles[role], mine.roles[role], theirs.roles[role]);
  const ofDefaults = (name: keyof DefaultsForm) =>
    pick(base.defaults[name], mine.defaults[name], theirs.defaults[name]);
  const heapOf = (role: Role) =>
    pick(base.heapMegabytes[role], mine.heapMegabytes[role], theirs.heapMegabytes[role]);
  const merged: KafkaForm = {
    name: theirs.name,
    type: field('type'),
    region: field('region'),
    vpcUUID: field('vpcUUID'),
    enableTLS: field('enableTLS'),
    roles: { controller: roleOf('controller'), broker: roleOf('broker') },
    voters: field('voters'),
    heapMegabytes: { controller: heapOf('controller'), broker: heapOf('broker') },
    version: field('version'),
    clientRanges: field('clientRanges'),
    defaults: {
      partitions: ofDefaults('partitions'),
      replicationFactor: ofDefaults('replicationFactor'),
      minInsyncReplicas: ofDefaults('minInsyncReplicas'),
      retentionHours: ofDefaults('retentionHours'),
      retentionBytes: ofDefaults('retentionBytes'),
    },
    topics: pickByName(base.topics, mine.topics, theirs.topics),
    users:
      base.users === null || mine.users === null || theirs.users === null
        ? field('users')
        : pickByName(base.users, mine.users, theirs.users),
    reassignmentBytesPerSecond: field('reassignmentBytesPerSecond'),
    prune: field('prune'),
    heal: field('heal'),
    rest: pick(base.rest, mine.rest, theirs.rest),
  };
  const specOf = (form: KafkaForm) => specOfForm(form, listed);
  return { merged, ...compare(specOf(base), specOf(mine), specOf(theirs)) };
}
