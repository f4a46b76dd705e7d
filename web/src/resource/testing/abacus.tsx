// A kind that there is not, with little in common with those that there are: what is shared must do for it, too.

import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import type { Resource, ServerSummary } from '../../api/types';
import { whyNot, type ActionChoice } from '../actions/actions';
import { PlainAction } from '../actions/PlainAction';
import type { FieldsProps, FormDescription } from '../form/description';
import { changedFields, compare, pick } from '../form/differences';
import { FieldReader, isObject } from '../form/field-reader';
import type { SpecFormat } from '../form/format';
import { monthlyUsdOf } from '../form/sizes';
import { actionHref, createHref, pageHref, type KindNames } from '../kind';
import { ageColumn, costColumn, nameColumn, stateColumn } from '../list/columns';
import type { ListDescription } from '../list/description';
import { FirstSteps } from '../list/FirstSteps';
import type { PageDescription } from '../page/description';
import type { ResizeDescription } from '../resize/description';

export const abacus: KindNames = {
  kind: 'abacus',
  title: { one: 'Abacus', many: 'Abaci' },
  noun: { one: 'abacus', many: 'abaci' },
  description: 'They count without electricity.',
  collection: '/abaci',
  path: '/abaci',
};

export interface AbacusSpec {
  name: string;
  rods: number;
}

export interface AbacusStatus {
  beads: number;
  stuck: string[];
}

export type AbacusAction = 'update' | 'shake' | 'delete';

export function makeAbacus(
  given: Partial<Resource<AbacusSpec, AbacusStatus>> = {},
): Resource<AbacusSpec, AbacusStatus> {
  return {
    id: 'res_1',
    organizationId: 'org_1',
    kind: 'abacus',
    name: 'school',
    state: 'active',
    condition: { word: 'healthy', severity: 'good', reason: null },
    generation: 3,
    spec: { name: 'school', rods: 5 },
    status: { beads: 35, stuck: [] },
    currentOperationId: null,
    monthlyUsd: 6,
    createdAt: '2026-11-20T00:00:00.000Z',
    updatedAt: '2026-11-20T00:00:00.000Z',
    machines: [],
    healing: { waitsFor: null, leavesAlone: null, message: null, tasks: [] },
    ...given,
  };
}

export function makeLine(name: string, given: Partial<ServerSummary> = {}): ServerSummary {
  return {
    id: `res_${name}`,
    kind: 'abacus',
    name,
    state: 'active',
    condition: { word: 'healthy', severity: 'good', reason: null },
    health: 'healthy',
    type: null,
    region: null,
    version: null,
    nodeCounts: {},
    nodes: 1,
    monthlyUsd: 6,
    generation: 3,
    currentOperationId: null,
    operation: null,
    observedAt: null,
    createdAt: '2026-11-21T00:00:00.000Z',
    updatedAt: '2026-11-21T00:00:00.000Z',
    ...given,
  };
}

// Its actions.

function actionsOf(
  { id, state }: Pick<ServerSummary, 'id' | 'state'>,
  mayAct: (action: string) => boolean,
): ActionChoice<AbacusAction>[] {
  const reason = (action: AbacusAction) =>
    whyNot({ id, state, stopped: state === 'stopped' }, action, { noun: abacus.noun.one, mayAct });
  return [
    {
      id: 'update',
      text: 'Update',
      href: actionHref(abacus, 'update', id),
      disabledReason: reason('update'),
    },
    { id: 'shake', text: 'Shake', href: null, disabledReason: reason('shake') },
    { id: 'delete', text: 'Delete', href: null, disabledReason: reason('delete') },
  ];
}

// Its list.

const hrefOf = ({ id }: { id: string }) => pageHref(abacus, id);

export const abacusList: ListDescription = {
  title: abacus.title.many,
  description: abacus.description,
  noun: abacus.noun,
  kind: abacus.kind,
  viewKey: 'abacus.view',
  columns: [nameColumn(hrefOf), stateColumn, costColumn, ageColumn],
  filters: {},
  hrefOf,
  actionsOf,
  createHref: createHref(abacus),
  FirstSteps: () => (
    <FirstSteps
      noun="abacus"
      description="There is none yet."
      steps={[{ title: 'Begin', text: 'Find some beads.' }]}
      createHref={createHref(abacus)}
    />
  ),
};

// Its page.

export const abacusPage: PageDescription<AbacusSpec, AbacusStatus, AbacusAction> = {
  names: abacus,
  statusOf: ({ status: { beads, stuck } }) =>
    beads === undefined || stuck === undefined ? null : { beads, stuck },
  problemsOf: ({ stuck, beads }) => ({
    header: 'Some beads are stuck',
    lines: stuck,
    isDown: stuck.length === beads,
  }),
  actionsOf,
  Dialog: ({ resource, chosen: { action, about }, onDismiss }) =>
    action === 'delete' ? (
      <PlainAction
        resource={resource}
        noun="abacus"
        action={action}
        onDone={onDismiss}
        onDismiss={onDismiss}
      />
    ) : (
      <div role="dialog">
        {action} {about}
      </div>
    ),
  metrics: [],
  tabsOf: ({ status, act }) => [
    {
      id: 'beads',
      label: 'Beads',
      after: 'nodes',
      count: status?.beads,
      content: (
        <button type="button" onClick={() => act({ action: 'shake', about: 'the first rod' })}>
          Shake the first rod
        </button>
      ),
    },
    { id: 'overview', content: <p>{status?.beads ?? 'unknown'} beads</p> },
  ],
};

// Its form.

export interface AbacusForm {
  readonly name: string;
  readonly rods: number;
}

export const newAbacus = (): AbacusForm => ({ name: '', rods: 3 });

export const abacusFormat: SpecFormat<AbacusForm> = {
  kind: 'abacus',
  roots: ['spec', 'abaci[0]'],
  write: ({ name, rods }) => ({ name, rods }),
  read: (document) => {
    if (!isObject(document)) return { form: null, faults: [{ path: '', message: 'must be an abacus' }] };
    const reader = new FieldReader(document, 'an abacus');
    reader.choice('kind', ['abacus']);
    const form = { name: reader.text('name') ?? '', rods: reader.whole('rods') ?? 3 };
    reader.refuseUnknown();
    return reader.faults.length === 0 ? { form, faults: [] } : { form: null, faults: reader.faults };
  },
};

function Fields({ editor: { form, change, faults }, exists }: FieldsProps<AbacusForm>) {
  return (
    <>
      <FormField label="Name" errorText={faults.get('name')}>
        <Input
          value={form.name}
          disabled={exists}
          onChange={({ detail }) => change((before) => ({ ...before, name: detail.value }))}
        />
      </FormField>
      <FormField label="Rods" errorText={faults.get('rods')}>
        <Input
          value={String(form.rods)}
          onChange={({ detail }) => change((before) => ({ ...before, rods: Number(detail.value) }))}
        />
      </FormField>
    </>
  );
}

export const abacusForm: FormDescription<AbacusForm> = {
  names: abacus,
  format: abacusFormat,
  newForm: newAbacus,
  newSecrets: {},
  updateHint: 'More rods count further.',
  Fields,
  isShown: (path) => path === 'name' || path === 'rods',
  sumOf: (_form, sizes) => ({ machines: 1, monthlyUsd: monthlyUsdOf(['s-1vcpu-1gb'], sizes) }),
  deployBody: (spec) => ({ abaci: [spec] }),
  patchOf: (base, form) => changedFields(abacusFormat.write(base), abacusFormat.write(form)),
  rebase: (base, mine, theirs) => ({
    merged: { name: theirs.name, rods: pick(base.rods, mine.rods, theirs.rods) },
    ...compare(abacusFormat.write(base), abacusFormat.write(mine), abacusFormat.write(theirs)),
  }),
};

// Its machines.

export const abacusResize: ResizeDescription<AbacusSpec, AbacusStatus> = {
  names: abacus,
  regionOf: () => 'nyc1',
  strategyOf: () => 'in-place',
  rolesOf: () => [{ role: 'frame', title: 'Frames', sizes: ['s-1vcpu-1gb', 's-2vcpu-2gb'] }],
};
