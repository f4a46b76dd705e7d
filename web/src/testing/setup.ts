import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// The first page of a run is compiled meanwhile, on machines that are busy with other suites.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  localStorage.clear();
});

// What jsdom lacks and components ask for when they are mounted.
vi.stubGlobal('matchMedia', (media: string): Partial<MediaQueryList> => ({
  media,
  matches: false,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));

// A test says what the server answers; a request that it did not expect names itself and fails.
vi.stubGlobal('fetch', (input: RequestInfo | URL) => {
  const url = input instanceof Request ? `${input.method} ${input.url}` : String(input);
  return Promise.reject(new Error(`unexpected request: ${url}`));
});
