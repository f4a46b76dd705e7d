import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { serve, show } from '../../testing/api';
import { accepted, makePlan, makeProblem } from '../../testing/plans';
import { RotateAction } from './RotateAction';

const planPath = 'POST /api/servers/res_1/plans/rotate';

const dialog = (ofPasswords: object | null, hasCertificates = true) => (
  <RotateAction
    resource={{ id: 'res_1', name: 'school' }}
    words={{ passwords: 'Say the new word.', certificates: 'Nothing is noticed.' }}
    hasCertificates={hasCertificates}
    ofPasswords={ofPasswords}
    passwordInputs={(faults) => <p>Which word? {faults.get('word')}</p>}
    onDismiss={() => undefined}
  />
);

const page = { path: '/abaci/res_1' };
const go = () => screen.getByRole('button', { name: 'Rotate' });

test('passwords are rotated with what their kind says of them, certificates without it', async () => {
  const log = serve({
    [planPath]: () => ({ body: makePlan({ action: 'rotate' }) }),
    'PATCH /api/servers/res_1/rotate': () => ({ status: 202, body: accepted }),
  });
  show(dialog({ word: 'sesame' }), page);
  await waitFor(() => expect(go()).toBeEnabled());
  expect(log.at(-1)?.body).toEqual({ what: 'passwords', word: 'sesame' });
  await userEvent.click(screen.getByRole('radio', { name: /Certificates/ }));
  expect(screen.queryByText('Which word?')).toBeNull();
  await waitFor(() => expect(go()).toBeEnabled(), { timeout: 5_000 });
  await userEvent.click(go());
  await waitFor(() => expect(screen.getByTestId('where')).toHaveTextContent('/operations/op_1'));
  expect(log.find(({ method }) => method === 'PATCH')?.body).toEqual({ what: 'certificates' });
});

test('nothing is planned while something is missing', () => {
  const log = serve({});
  show(dialog(null, false), page);
  expect(go()).toBeDisabled();
  expect(screen.getByRole('radio', { name: /Certificates/ })).toBeDisabled();
  expect(log.some(({ path }) => path.endsWith('/plans/rotate'))).toBe(false);
});

test('what the server refuses stands at its input', async () => {
  serve({
    [planPath]: () => ({
      status: 422,
      body: makeProblem(422, 'invalid-input', [{ path: 'word', message: 'is known to all', code: 'rule' }]),
    }),
  });
  show(dialog({ word: 'sesame' }), page);
  expect(await screen.findByText('Which word? is known to all')).toBeVisible();
});
