import type { Problem } from './types';

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    typeof (body as Partial<Problem>).detail === 'string' &&
    typeof (body as Partial<Problem>).title === 'string' &&
    typeof (body as Partial<Problem>).code === 'string' &&
    Array.isArray((body as Partial<Problem>).errors)
  );
}

function problem(status: number, given: Pick<Problem, 'title' | 'code' | 'detail' | 'remedy'>): Problem {
  return {
    ...given,
    status,
    type: `urn:ashlar:problem:${given.code}`,
    instance: '',
    requestId: '',
    errors: [],
  };
}

/** What went wrong, in the API's own words where it gave any; a proxy in between may have answered instead. */
export function problemOfAnswer(status: number, body: unknown): Problem {
  if (isProblem(body)) return body;
  return problem(status, {
    title: 'Unexpected answer',
    code: status === 401 ? 'unauthenticated' : status === 403 ? 'forbidden' : 'internal',
    detail: `The server answered ${status} without saying why; something between it and this page may have answered instead.`,
    remedy: 'Try again; if it stays so, read the server’s log.',
  });
}

/** No answer came: the server is stopped or restarting, or the network between is down. */
export function problemOfSilence(reason: string): Problem {
  return problem(0, {
    title: 'The server does not answer',
    code: 'unavailable',
    detail: `No answer came to this page’s request (${reason}).`,
    remedy: 'Check that `ashlar serve` runs and that this machine reaches it. Operations go on meanwhile.',
  });
}

/** A query or mutation of RTK Query fails with a Problem, or, when code of ours threw, with an error. */
export function problemOf(error: unknown): Problem {
  if (isProblem(error)) return error;
  const message =
    typeof error === 'object' && error !== null && 'message' in error
      ? String(error.message)
      : 'unknown error';
  return problem(0, {
    title: 'This page failed',
    code: 'internal',
    detail: message,
    remedy: 'Reload the page. If it happens again, it is a defect of the console.',
  });
}
