import { api } from './api';
import { problemOf } from './problem';
import { sessionEnded, signedIn, signedOut } from './session-state';
import type { Session } from './types';

export const sessionApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** Who is signed in; asked once when the console is opened. 401 is an ordinary answer: nobody is. */
    getSession: build.query<Session, void>({
      query: () => '/session',
      async onQueryStarted(_, { dispatch, queryFulfilled }) {
        try {
          dispatch(signedIn((await queryFulfilled).data));
        } catch (failure) {
          // Silence of the server is no sign-out; the shell says so and offers to ask again.
          const { status } = problemOf((failure as { error: unknown }).error);
          if (status === 401 || status === 403) dispatch(sessionEnded());
        }
      },
    }),
    signIn: build.mutation<Session, string>({
      query: (token) => ({ url: '/session', method: 'POST', body: { token } }),
      async onQueryStarted(_, { dispatch, queryFulfilled }) {
        try {
          dispatch(signedIn((await queryFulfilled).data));
        } catch {
          // The sign-in page shows the mutation's problem.
        }
      },
    }),
    signOut: build.mutation<null, void>({
      query: () => ({ url: '/session', method: 'DELETE' }),
      async onQueryStarted(_, { dispatch, queryFulfilled }) {
        await queryFulfilled.catch(() => undefined);
        dispatch(signedOut());
        // What the last user saw must not be shown to the next one.
        dispatch(api.util.resetApiState());
      },
    }),
  }),
});

export const { useGetSessionQuery, useSignInMutation, useSignOutMutation } = sessionApi;
