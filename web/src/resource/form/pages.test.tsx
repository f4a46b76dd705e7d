import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { fill, serve, show } from '../../testing/api';
import { catalogAnswers } from '../../testing/catalog';
import { accepted, makePlan, makeProblem } from '../../testing/plans';
import { abacusForm, makeAbacus } from '../testing/abacus';
import { CreatePage } from './CreatePage';
import { UpdatePage } from './UpdatePage';

const create = () => show(<CreatePage description={abacusForm} />, { path: '/abaci/create' });
const update = () =>
  show(<UpdatePage description={abacusForm} />, { path: '/abaci/update/:id', at: '/abaci/update/res_1' });

test('one is created with the request of its kind, after its plan', async () => {
  const log = serve({
    ...catalogAnswers,
    'POST /api/plans': () => ({ body: makePlan({ resourceName: 'school', generation: null }) }),
    'POST /api/abaci/deploy': () => ({ status: 202, body: accepted }),
  });
  create();
  expect(await screen.findByRole('heading', { level: 1, name: 'Create Abacus' })).toBeVisible();
  await fill(screen.getByLabelText('Name'), 'school');
  expect(await screen.findByText('1 machine, $6.00 a month')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Deploy Abacus' }));
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
  const spec = { name: 'school', rods: 3 };
  expect(log.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
    { kind: 'abacus', spec },
    { abaci: [spec] },
  ]);
});

test('faults stand at their fields, the others beside the form', async () => {
  serve({
    ...catalogAnswers,
    'POST /api/plans': () => ({
      status: 422,
      body: makeProblem(422, 'invalid-input', [
        { path: 'spec.rods', message: 'must be odd', code: 'rule' },
        { path: 'spec.wood', message: 'is required', code: 'schema' },
      ]),
    }),
  });
  create();
  await userEvent.click(await screen.findByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('must be odd')).toBeVisible();
  expect(screen.getByText('Faults that are edited in the YAML view')).toBeVisible();
  expect(screen.getByText('is required')).toBeVisible();
});

test('a kind without secrets says nothing of a password', async () => {
  serve(catalogAnswers);
  create();
  await userEvent.click(await screen.findByRole('button', { name: 'YAML' }));
  expect(screen.getByRole('textbox', { name: 'The abacus as YAML' })).toHaveValue(
    'kind: abacus\nname: ""\nrods: 3\n',
  );
  expect(screen.queryByText(/password/)).toBeNull();
});

test('an update sends what changed, on top of what somebody else changed meanwhile', async () => {
  let theirs = makeAbacus();
  const log = serve({
    ...catalogAnswers,
    'GET /api/abaci/res_1': () => ({ body: theirs }),
    'POST /api/servers/res_1/plans/update': () => ({ body: makePlan({ generation: theirs.generation }) }),
    'PATCH /api/servers/res_1': () => ({ status: 202, body: accepted }),
  });
  update();
  await fill(await screen.findByLabelText('Rods'), '7');
  theirs = makeAbacus({ generation: 4, spec: { name: 'school', rods: 9 } });
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('Somebody else changed this abacus meanwhile')).toBeVisible();
  expect(screen.getByText(/5 → 9/)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Put my changes on top of theirs' }));
  expect(screen.getByLabelText('Rods')).toHaveValue('7');
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Update abacus' }));
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
  const sent = log.find(({ method }) => method === 'PATCH');
  expect(sent?.body).toEqual({ rods: 7 });
  expect(sent?.headers.get('If-Match')).toBe('"4"');
});
