import { api } from './api';
import type { operations } from './schema';
import type {
  Credentials,
  DeployAnswer,
  DriftAnswer,
  PlanPreview,
  Resource,
  ServerSummaryPage,
} from './types';

/** What is changed and what its sender had seen: `generation` becomes If-Match, so that nobody overwrites what
 *  someone else has changed meanwhile; `key` makes a repeated request one request; `confirmed` is the name that was
 *  typed to accept what the plan destroys or weakens. */
export interface Change {
  id: string;
  action: string;
  body?: object;
  generation: number;
  key: string;
  confirmed?: string;
}

export type ServerQuery = NonNullable<operations['listServers']['parameters']['query']>;

/** Lists as the API reads them: separated by commas, and left out when empty. */
function parameters(query: ServerQuery): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => {
      const text = Array.isArray(value) ? value.join(',') : value;
      return text === '' ? [] : [[name, text]];
    }),
  );
}

const path = (id: string) => `/servers/${encodeURIComponent(id)}`;

const onlyNew = { 'If-None-Match': '*' };

function requestOf({ id, action, body, generation, key, confirmed }: Change) {
  const headers = {
    'If-Match': `"${generation}"`,
    'Idempotency-Key': key,
    ...(confirmed === undefined ? {} : { 'Ashlar-Confirm': confirmed }),
  };
  if (action === 'delete') return { url: path(id), method: 'DELETE', headers };
  if (action === 'update') return { url: path(id), method: 'PATCH', headers, body };
  return { url: `${path(id)}/${action}`, method: 'PATCH', headers, body: body ?? {} };
}

export const serversApi = api.injectEndpoints({
  endpoints: (build) => ({
    /** One line each, for tables; filtered, sorted and counted by the server. */
    listServers: build.query<ServerSummaryPage, ServerQuery>({
      query: (query) => ({ url: '/servers', params: parameters(query) }),
      providesTags: ['Server'],
    }),
    /** One resource; `collection` is its kind's, such as `/stacks`. `refresh` looks at its machines first. */
    getResource: build.query<Resource, { collection: string; id: string; refresh?: boolean }>({
      query: ({ collection, id, refresh }) => ({
        url: `${collection}/${encodeURIComponent(id)}`,
        params: refresh === true ? { refresh: true } : {},
      }),
      providesTags: (_answer, _problem, { id }) => [{ type: 'Server', id }],
    }),
    getDrift: build.query<DriftAnswer, { id: string; refresh?: boolean }>({
      query: ({ id, refresh }) => ({
        url: `${path(id)}/drift`,
        params: refresh === true ? { refresh: true } : {},
      }),
      providesTags: (_answer, _problem, { id }) => [{ type: 'Server', id }],
    }),
    /** A mutation, so that the secrets are never in the cache: who asked holds the only copy. */
    readCredentials: build.mutation<Credentials, string>({
      query: (id) => ({ url: `${path(id)}/credentials`, method: 'GET' }),
    }),
    /** What creating by a spec would do, refused when there is one of the name; nothing is stored or changed. */
    planCreation: build.mutation<PlanPreview, { kind: string; spec: object }>({
      query: (body) => ({ url: '/plans', method: 'POST', body, headers: onlyNew }),
    }),
    /** What an action (`update`, `upgrade`, `stop`, `delete`, …) would do; nothing is stored or changed. */
    planAction: build.mutation<PlanPreview, { id: string; action: string; body?: object }>({
      query: ({ id, action, body }) => ({
        url: `${path(id)}/plans/${encodeURIComponent(action)}`,
        method: 'POST',
        body: action === 'delete' ? undefined : (body ?? {}),
      }),
    }),
    /** Only what is new: a name that is taken is refused. The shape of `body` is the kind's. */
    createResource: build.mutation<DeployAnswer, { collection: string; body: object; key: string }>({
      query: ({ collection, body, key }) => ({
        url: `${collection}/deploy`,
        method: 'POST',
        headers: { 'Idempotency-Key': key, ...onlyNew },
        body,
      }),
      invalidatesTags: ['Server', 'Operation'],
    }),
    changeServer: build.mutation<DeployAnswer, Change>({
      query: requestOf,
      invalidatesTags: ['Server', 'Operation'],
    }),
  }),
});

export const {
  useListServersQuery,
  useGetResourceQuery,
  useLazyGetResourceQuery,
  useGetDriftQuery,
  useLazyGetDriftQuery,
  useReadCredentialsMutation,
  usePlanCreationMutation,
  usePlanActionMutation,
  useCreateResourceMutation,
  useChangeServerMutation,
} = serversApi;
