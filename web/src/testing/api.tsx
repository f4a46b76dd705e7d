// A page in a test: the console's own store and a server that answers exactly what the test says.

import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { Provider } from 'react-redux';
import { MemoryRouter, Route, Routes, useLocation } from 'react-router';
import { vi } from 'vitest';
import { signedIn } from '../api/session-state';
import type { Problem, Session } from '../api/types';
import { Words } from '../app/Words';
import { makeStore } from '../state/store';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

export type Answers = Record<string, (asked: Asked) => Answer>;

/** An answer of problem details. */
export function refused(status: number, code: Problem['code'], detail: string): Answer {
  const type = `urn:ashlar:problem:${code}`;
  const body: Problem = {
    type,
    title: code,
    status,
    code,
    detail,
    instance: '',
    requestId: '',
    remedy: null,
    errors: [],
  };
  return { status, body };
}

/** Node's requests know no page that a path would be relative to. */
class PageRequest extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    // jsdom's signals are not those that Node's requests accept, and no test cancels one.
    const url = typeof input === 'string' ? new URL(input, 'http://console.test') : input;
    super(url, init === undefined ? undefined : { ...init, signal: null });
  }
}

/** `answers` by "METHOD /path"; what is not among them names itself and fails the test. */
export function serve(answers: Answers): Asked[] {
  const log: Asked[] = [];
  vi.stubGlobal('Request', PageRequest);
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    const asked: Asked = {
      method: request.method,
      path: pathname + search,
      headers: request.headers,
      body: text === '' ? null : JSON.parse(text),
    };
    log.push(asked);
    const answer = answers[`${request.method} ${pathname}`];
    if (answer === undefined) throw new Error(`unexpected request: ${request.method} ${pathname}`);
    const { status = 200, body } = answer(asked);
    return new Response(status === 204 ? null : JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json' },
    });
  });
  return log;
}

/** Of one who may do everything. */
export const session: Session = {
  organization: { id: 'org_1', name: 'Acme' },
  tokenId: 'tok_1',
  name: 'administrator',
  permissions: ['*'],
  csrfToken: 'csrf',
  expiresAt: '2030-01-01T00:00:00.000Z',
};

function Where() {
  const { pathname } = useLocation();
  return <output data-testid="where">{pathname}</output>;
}

/** As if typed, at once: a key at a time takes seconds on a large form. */
export async function fill(element: HTMLElement, text: string): Promise<void> {
  await userEvent.clear(element);
  await userEvent.paste(text);
}

/** Shows `page` at `path`; wherever it leads is told by the element "where". */
export function show(page: ReactElement, { path, at = path }: { path: string; at?: string }) {
  vi.stubGlobal('scrollTo', () => undefined);
  const store = makeStore();
  store.dispatch(signedIn(session));
  return render(
    <Provider store={store}>
      <Words>
        <MemoryRouter initialEntries={[at]}>
          <Routes>
            <Route path={path} element={page} />
            <Route path="*" element={null} />
          </Routes>
          <Where />
        </MemoryRouter>
      </Words>
    </Provider>,
  );
}
