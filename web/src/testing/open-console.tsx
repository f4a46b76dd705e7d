import { render } from '@testing-library/react';
import { MemoryRouter } from 'react-router';
import { Console } from '../app/Console';
import { makeStore } from '../state/store';

/** The whole console at an address, as a browser opens it. */
export function openConsole(address: string) {
  const store = makeStore();
  render(
    <MemoryRouter initialEntries={[address]}>
      <Console store={store} />
    </MemoryRouter>,
  );
  return store;
}
