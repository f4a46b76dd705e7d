import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test, vi } from 'vitest';
import type { OperationDetail } from '../../api/types';
import { OperationPage } from '../../pages/OperationPage';
import { refused, serve, show, type Answers, type Asked } from '../../testing/api';
import { makeEvent, makeOperation, makeStep, timeAt } from '../../testing/operations';

// Boxes and lines need a browser that lays out; tests/web looks at them in one.
vi.mock('./StepGraph', () => ({ default: () => <div>graph</div> }));

let operation: OperationDetail;
let answers: Answers;
let log: Asked[];

beforeEach(() => {
  answers = {
    'GET /api/operations/op_1': () => ({ body: operation }),
    'GET /api/operations/op_1/events': ({ path }) => ({
      body: {
        items: path.includes('after=0')
          ? [makeEvent(1, 'operation.accepted', null, 'accepted <b>now</b>')]
          : [],
        next: operation.final ? null : 1,
        operation,
      },
    }),
  };
  log = serve(answers);
});

const open = () => show(<OperationPage />, { path: '/operations/:id', at: '/operations/op_1' });

const failed = () =>
  makeOperation(
    [
      makeStep('a', [], { state: 'done', startedAt: timeAt(1), finishedAt: timeAt(3) }),
      makeStep('b', ['a'], {
        phase: 'Installing',
        state: 'failed',
        because: 'failed: no route to 10.0.0.2',
        startedAt: timeAt(3),
        finishedAt: timeAt(9),
        attempts: 5,
      }),
      makeStep('c', ['b'], { phase: 'Installing' }),
    ],
    { state: 'failed', final: true, error: 'b failed', finishedAt: timeAt(9) },
  );

test('a failure names its step, its cause and what to do, and the steps that wait for it', async () => {
  operation = failed();
  open();
  expect(await screen.findByText('Failed: Title of b')).toBeVisible();
  expect(screen.getAllByText(/^failed: no route to 10.0.0.2/).length).toBeGreaterThan(0);
  expect(screen.getByText(/Retry goes on from this step/)).toBeVisible();
  expect(await screen.findByText('waits for Title of b')).toBeVisible();
  expect(screen.getAllByText('Failed with 1 of 3 steps done')).not.toHaveLength(0);
});

test('what Ashlar began by itself says in whose name, and why', async () => {
  operation = {
    ...failed(),
    actor: { type: 'schedule', id: null, name: 'certificates' },
    because: 'the certificate of replica-1 expires on 2026-12-06',
  };
  open();
  expect(await screen.findByText('Schedule certificates')).toBeVisible();
  expect(screen.getByText('the certificate of replica-1 expires on 2026-12-06')).toBeVisible();
});

test('retry is sent and the operation is followed again', async () => {
  operation = failed();
  answers['POST /api/operations/op_1/retry'] = () => {
    operation = makeOperation([makeStep('a', [], { state: 'done' })], { state: 'succeeded', final: true });
    return { status: 202, body: operation };
  };
  open();
  await userEvent.click(await screen.findByRole('button', { name: 'Retry' }));
  expect((await screen.findAllByText(/Every step is done/)).length).toBeGreaterThan(0);
  expect(screen.queryByRole('button', { name: 'Retry' })).not.toBeInTheDocument();
});

test('cancel asks first, and a refusal is shown where it was asked', async () => {
  operation = failed();
  answers['POST /api/operations/op_1/cancel'] = () =>
    refused(409, 'conflict', 'what is destroyed cannot be brought back');
  open();
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel' }));
  const dialog = await screen.findByRole('dialog', { name: 'Cancel this operation?' });
  expect(log.some(({ path }) => path.endsWith('/cancel'))).toBe(false);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel and undo' }));
  expect(await within(dialog).findByText('What is destroyed cannot be brought back.')).toBeVisible();
});

test('there is no way back after a step that cannot be undone, and it says so', async () => {
  operation = failed();
  operation.steps[0] = makeStep('a', [], { state: 'done', startedAt: timeAt(1), irreversible: true });
  open();
  expect(await screen.findByRole('button', { name: /^Cancel/ })).toHaveAttribute('aria-disabled', 'true');
});

test('what was said is text, whatever it looks like', async () => {
  operation = failed();
  open();
  await userEvent.click(await screen.findByRole('button', { name: /History/ }));
  expect(await screen.findByText('accepted <b>now</b>')).toBeVisible();
});

test('an operation that does not exist is said so', async () => {
  answers['GET /api/operations/op_1/events'] = () => refused(404, 'not-found', 'there is no operation op_1');
  open();
  expect(await screen.findByRole('heading', { name: 'Not found' })).toBeVisible();
});
