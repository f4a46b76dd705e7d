import { createApi } from '@reduxjs/toolkit/query/react';
import { sessionQuery } from './session-query';

/** Everything the console knows of the server. Endpoints are injected by their own files, so that a page
 *  loads only what it calls. Every failure is a `Problem`. */
export const api = createApi({
  reducerPath: 'api',
  baseQuery: sessionQuery,
  tagTypes: ['Token', 'Server', 'Operation', 'Provider'],
  endpoints: () => ({}),
});
