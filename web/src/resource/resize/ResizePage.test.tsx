import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { serve, show, type Answers } from '../../testing/api';
import { catalogAnswers } from '../../testing/catalog';
import { accepted, makePlan, makeProblem } from '../../testing/plans';
import { abacusResize, makeAbacus } from '../testing/abacus';
import { ResizePage } from './ResizePage';

function open(answers: Answers) {
  const log = serve({
    ...catalogAnswers,
    'GET /api/abaci/res_1': () => ({ body: makeAbacus() }),
    ...answers,
  });
  show(<ResizePage description={abacusResize} direction="up" />, {
    path: '/abaci/upgrade/:id',
    at: '/abaci/upgrade/res_1',
  });
  return log;
}

async function chooseLarge() {
  expect(await screen.findByText('Now: 1 node of s-1vcpu-1gb, 1 node of s-2vcpu-2gb')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: /New size of frames/ }));
  await userEvent.click(await screen.findByRole('option', { name: /s-4vcpu-8gb/ }));
}

test('what was chosen is planned, and carried out as it was shown', async () => {
  const log = open({
    'POST /api/servers/res_1/plans/upgrade': () => ({ body: makePlan({ generation: 3 }) }),
    'PATCH /api/servers/res_1/upgrade': () => ({ status: 202, body: accepted }),
  });
  await chooseLarge();
  await userEvent.click(screen.getByRole('radio', { name: /Replace the machines/ }));
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Upgrade abacus' }));
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
  const body = { roles: { frame: { size: 's-4vcpu-8gb' } }, strategy: 'replace' };
  expect(log.filter(({ method }) => method !== 'GET').map((asked) => asked.body)).toEqual([body, body]);
});

test('a size that is refused says why, at its role', async () => {
  open({
    'POST /api/servers/res_1/plans/upgrade': () => ({
      status: 422,
      body: makeProblem(422, 'invalid-input', [
        { path: 'roles.frame.size', message: 'is sold out', code: 'rule' },
      ]),
    }),
  });
  await chooseLarge();
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('is sold out')).toBeVisible();
});

test('a change that was made meanwhile is shown before anything is sent', async () => {
  let generation = 3;
  const log = open({
    'GET /api/abaci/res_1': () => ({ body: makeAbacus({ generation }) }),
    'POST /api/servers/res_1/plans/upgrade': () => ({ body: makePlan({ generation }) }),
  });
  await chooseLarge();
  generation = 4;
  await userEvent.click(screen.getByRole('button', { name: 'Review plan' }));
  expect(await screen.findByText('Somebody else changed this abacus meanwhile')).toBeVisible();
  expect(screen.getByRole('button', { name: /New size of frames/ })).toHaveTextContent('s-4vcpu-8gb');
  expect(log.some(({ method }) => method === 'PATCH')).toBe(false);
});
