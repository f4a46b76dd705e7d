import { render, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { fill } from '../../testing/api';
import { NumberInput } from './NumberInput';

/** What is entered, and what counts of it. */
function Entered({ mayBeEmpty = false, ...rest }: { mayBeEmpty?: boolean; decimals?: number }) {
  const [value, setValue] = useState<number | null>(3);
  return (
    <>
      <NumberInput
        ariaLabel="Beads"
        value={value}
        least={1}
        most={10}
        onChange={setValue}
        {...(mayBeEmpty ? { onClear: () => setValue(null) } : {})}
        {...rest}
      />
      <output>{String(value)}</output>
    </>
  );
}

const counts = async (text: string) => {
  await fill(screen.getByLabelText('Beads'), text);
  return screen.getByRole('status').textContent;
};

test('what is half typed or impossible does not count', async () => {
  render(<Entered />);
  expect(await counts('7')).toBe('7');
  expect(await counts('11')).toBe('7');
  expect(await counts('2.5')).toBe('7');
  expect(await counts('')).toBe('7');
});

test('decimals count where there may be some, as many as there may be', async () => {
  render(<Entered decimals={1} />);
  expect(await counts('2.5')).toBe('2.5');
  expect(await counts('2.55')).toBe('2.5');
  expect(await counts('0.5')).toBe('2.5');
});

test('an empty one counts where it may be empty', async () => {
  render(<Entered mayBeEmpty />);
  expect(await counts('')).toBe('null');
  expect(await counts('4')).toBe('4');
});
