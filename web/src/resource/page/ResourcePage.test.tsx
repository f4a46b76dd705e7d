import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { refused, serve, show, type Answers } from '../../testing/api';
import { abacusPage, makeAbacus } from '../testing/abacus';
import { ResourcePage } from './ResourcePage';

const noDrift = {
  observedAt: null,
  drifted: false,
  healing: { waitsFor: null, leavesAlone: null, message: null, tasks: [] },
  items: [],
};
const nothing = { items: [], next: null, total: 0 };

function open(given: Parameters<typeof makeAbacus>[0] = {}, tab = '', answers: Answers = {}) {
  const log = serve({
    'GET /api/abaci/res_1': () => ({ body: makeAbacus(given) }),
    'GET /api/servers/res_1/drift': () => ({ body: noDrift }),
    'GET /api/servers/res_1/events': () => ({ body: nothing }),
    'GET /api/operations': () => ({ body: nothing }),
    ...answers,
  });
  show(<ResourcePage description={abacusPage} />, { path: '/abaci/:id', at: `/abaci/res_1${tab}` });
  return log;
}

test('the header says once how it is, why, and what it costs', async () => {
  open({ condition: { word: 'degraded', severity: 'warning', reason: 'one bead is stuck' } });
  expect(await screen.findByRole('heading', { level: 1, name: 'school' })).toBeVisible();
  expect(screen.getAllByText('Degraded')).toHaveLength(1);
  expect(screen.getByText('One bead is stuck.')).toBeVisible();
  expect(screen.getByText('$6.00 a month')).toBeVisible();
});

test('a reason that is among the problems is said there alone', async () => {
  const stuck = ['the red one is stuck', 'the blue one is stuck'];
  open({
    condition: { word: 'degraded', severity: 'warning', reason: 'the red one is stuck' },
    status: { beads: 35, stuck },
  });
  expect(await screen.findAllByText(/^the red one is stuck\.?$/i)).toHaveLength(1);
});

test('tabs are those that have a subject, the kind’s own among them', async () => {
  open();
  const tabs = await screen.findAllByRole('tab');
  expect(tabs.map(({ textContent }) => textContent)).toEqual([
    'Overview',
    'Beads (35)',
    'Configuration',
    'Activity',
  ]);
  expect(screen.getByText('35 beads')).toBeVisible();
});

test('before it was observed, nothing is made up', async () => {
  open({ status: {} });
  expect(await screen.findByText('unknown beads')).toBeVisible();
  expect(screen.getByRole('tab', { name: 'Beads' })).toBeVisible();
});

test('its problems are shown whatever tab is open', async () => {
  open({ status: { beads: 35, stuck: ['the red one'] } }, '?tab=activity');
  expect(await screen.findByText('Some beads are stuck')).toBeVisible();
  expect(screen.getByText('the red one')).toBeVisible();
  expect(await screen.findByText('Nothing has been done with this abacus yet.')).toBeVisible();
  expect(await screen.findByText('Nothing has happened yet.')).toBeVisible();
});

test('what was declared stands below what differs from it', async () => {
  open({}, '?tab=configuration');
  expect(await screen.findByText('The abacus has not been observed yet.')).toBeVisible();
  expect(screen.queryByRole('button', { name: 'Heal' })).toBeNull();
  expect(await screen.findByLabelText('The abacus as YAML')).toHaveTextContent(
    'kind: abacus name: school rods: 5',
  );
  await userEvent.click(screen.getByRole('link', { name: 'Update' }));
  expect(screen.getByTestId('where')).toHaveTextContent('/abaci/update/res_1');
});

test('an action opens the dialog of its kind, about what was pointed at', async () => {
  open({}, '?tab=beads');
  await userEvent.click(await screen.findByRole('button', { name: 'Shake the first rod' }));
  expect(screen.getByRole('dialog')).toHaveTextContent('shake the first rod');
});

test('the menu opens it about the whole', async () => {
  open();
  await userEvent.click(await screen.findByRole('button', { name: 'Actions' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'Shake' }));
  expect(within(screen.getByRole('dialog')).getByText('shake')).toBeVisible();
});

test('what is stopped says so', async () => {
  open({ state: 'stopped' });
  expect(await screen.findByText('The abacus is stopped')).toBeVisible();
});

test('what there is not is said in the words of its kind', async () => {
  open({}, '', { 'GET /api/abaci/res_1': () => refused(404, 'not-found', 'there is no res_1') });
  expect(await screen.findByText(/There is no abacus res_1\./)).toBeVisible();
});

test('what cannot be read can be asked for again', async () => {
  let fails = true;
  open({}, '', {
    'GET /api/abaci/res_1': () =>
      fails ? refused(503, 'unavailable', 'the database is locked') : { body: makeAbacus() },
  });
  expect(await screen.findByText('The database is locked.')).toBeVisible();
  fails = false;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'school' })).toBeVisible();
});
