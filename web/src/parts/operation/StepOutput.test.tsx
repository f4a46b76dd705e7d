import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test } from 'vitest';
import type { Step } from '../../api/types';
import { refused, serve, show, type Answer } from '../../testing/api';
import { makeStep } from '../../testing/operations';
import { StepRow } from './StepRow';

const route = 'GET /api/operations/op_1/steps/st_a/output';

function part(text: string, offset: number, nextOffset: number): Answer {
  return {
    body: {
      stepId: 'st_a',
      stepKey: 'a',
      text,
      offset,
      nextOffset,
      outputBytes: nextOffset,
      droppedBytes: 0,
      complete: false,
    },
  };
}

let say: (given: Partial<Step>) => void;

function Row({ given }: { given: Partial<Step> }) {
  const [step, setStep] = useState(makeStep('a', [], { state: 'waiting', ...given }));
  say = (next) => act(() => setStep((before) => ({ ...before, ...next })));
  return (
    <ul>
      <StepRow step={step} waitsFor="" />
    </ul>
  );
}

const open = (given: Partial<Step>) => show(<Row given={given} />, { path: '/' });
const showOutput = () => userEvent.click(screen.getByRole('button', { name: 'Show output of Title of a' }));

test('a step that has said nothing has nothing to show', () => {
  serve({});
  open({});
  expect(screen.queryByRole('button')).not.toBeInTheDocument();
});

test('what a step says is read when it is opened, and read on as it says more', async () => {
  const parts: Answer[] = [part('Unpacking <b>it</b>\n', 0, 19), part('Setting up it\n', 19, 33)];
  const log = serve({ [route]: () => parts.shift() ?? part('', 33, 33) });
  open({ outputBytes: 19 });
  expect(log).toHaveLength(0);
  await showOutput();
  const box = await screen.findByRole('log', { name: 'Output of Title of a' });
  await waitFor(() => expect(box).toHaveTextContent('Unpacking <b>it</b>'));
  say({ outputBytes: 33 });
  await waitFor(() => expect(box.textContent).toBe('Unpacking <b>it</b>\nSetting up it\n'));
  expect(log.map(({ path }) => path.split('?')[1])).toEqual(['offset=0', 'offset=19']);
  await userEvent.click(screen.getByRole('button', { name: 'Hide output of Title of a' }));
  expect(screen.queryByRole('log')).not.toBeInTheDocument();
});

test('a long output is read to its end, and says where its beginning is kept no more', async () => {
  const parts = [part('late\n', 100, 105), part('later\n', 105, 111)];
  serve({ [route]: () => parts.shift() ?? part('', 111, 111) });
  open({ outputBytes: 111, state: 'failed' });
  await showOutput();
  await waitFor(() => expect(screen.getByRole('log').textContent).toBe('late\nlater\n'));
  expect(screen.getByText('Earlier output is not kept.')).toBeVisible();
});

test('it follows its end unless the reader has scrolled up', async () => {
  const parts = [part('one\n', 0, 4), part('two\n', 4, 8), part('three\n', 8, 14)];
  serve({ [route]: () => parts.shift() ?? part('', 14, 14) });
  open({ outputBytes: 4 });
  await showOutput();
  const box = await screen.findByRole('log');
  await waitFor(() => expect(box).toHaveTextContent('one'));
  Object.defineProperty(box, 'scrollHeight', { value: 1000 });
  Object.defineProperty(box, 'clientHeight', { value: 100 });
  say({ outputBytes: 8 });
  await waitFor(() => expect(box.scrollTop).toBe(1000));
  box.scrollTop = 300;
  box.dispatchEvent(new Event('scroll'));
  say({ outputBytes: 14 });
  await waitFor(() => expect(box).toHaveTextContent('three'));
  expect(box.scrollTop).toBe(300);
});

test('a refusal is shown where the output would be', async () => {
  serve({ [route]: () => refused(403, 'forbidden', 'the token lacks operations:read') });
  open({ outputBytes: 4 });
  await showOutput();
  expect(await screen.findByText(/operations:read/)).toBeVisible();
});
