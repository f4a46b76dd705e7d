import {
  fetchBaseQuery,
  type BaseQueryApi,
  type BaseQueryFn,
  type FetchArgs,
  type FetchBaseQueryError,
} from '@reduxjs/toolkit/query/react';
import { problemOfAnswer, problemOfSilence } from './problem';
import { sessionEnded, signedIn, type SessionState } from './session-state';
import type { Problem, Session } from './types';

/** The part of the store that requests depend on. */
interface StateWithSession {
  session: SessionState;
}

function csrfToken(api: BaseQueryApi): string | undefined {
  return (api.getState() as StateWithSession).session.session?.csrfToken;
}

const isRead = (request: FetchArgs) => (request.method ?? 'GET') === 'GET';

const fetchApi = fetchBaseQuery({
  baseUrl: '/api',
  credentials: 'same-origin',
  prepareHeaders: (headers, { arg, getState }) => {
    const token = (getState() as StateWithSession).session.session?.csrfToken;
    if (token !== undefined && typeof arg !== 'string' && !isRead(arg)) headers.set('X-CSRF-Token', token);
    headers.set('Accept', 'application/json');
    return headers;
  },
});

function toProblem(error: FetchBaseQueryError): Problem {
  if (typeof error.status === 'number') return problemOfAnswer(error.status, error.data);
  if (error.status === 'PARSING_ERROR') return problemOfAnswer(error.originalStatus, error.data);
  return problemOfSilence(error.error);
}

/** Signing in anew in another tab replaces the cookie that both tabs share, and with it the CSRF token. */
async function csrfTokenChanged(api: BaseQueryApi): Promise<boolean> {
  const before = csrfToken(api);
  const answer = await fetchApi({ url: '/session' }, api, {});
  if (answer.error) return false;
  api.dispatch(signedIn(answer.data as Session));
  return csrfToken(api) !== before;
}

/**
 * One request with the session's cookie. A change carries the CSRF token; a refused one is repeated once when
 * the token turns out to be another by now, which is safe since a refused request has changed nothing. 401 ends
 * the session of this tab. Any other 403 is the answer to its request alone: what asked for it shows it in its own
 * place (ProblemAlert), or does without, and the page around it stays.
 */
export const sessionQuery: BaseQueryFn<string | FetchArgs, unknown, Problem> = async (
  given,
  api,
  options,
) => {
  const request = typeof given === 'string' ? { url: given } : given;
  let answer = await fetchApi(request, api, options);
  const aboutSession = request.url === '/session';
  if (answer.error?.status === 403 && !isRead(request) && !aboutSession && (await csrfTokenChanged(api))) {
    answer = await fetchApi(request, api, options);
  }
  if (!answer.error) return { data: answer.data };
  const problem = toProblem(answer.error);
  if (problem.status === 401 && !aboutSession) api.dispatch(sessionEnded());
  return { error: problem };
};
