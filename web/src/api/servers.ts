import { api } from './api';
import type { operations } from './schema';
import type {
  Credentials,
  DeployAnswer,
  DriftAnswer,
  PlanPreview,
  RedisCluster,
  RedisServerDetail,
  RedisServerPage,
  ServerSummaryPage,
} from './types';

/** What is changed and what its sender had seen: `generation` becomes If-Match, so that nobody overwrites what
 *  someone else has changed meanwhile; `key` makes a repeated request one request. */
export interface Change {
  id: string;
  action: string;
  body?: object;
  generation: number;
  key: string;
}

export interface ServerFilter {
  cursor?: string;
  limit?: number;
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

function requestOf({ id, action, body, generation, key }: Change) {
  const headers = { 'If-Match': `"${generation}"`, 'Idempotency-Key': key };
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
    listRedis: build.query<RedisServerPage, ServerFilter>({
      query: (params) => ({ url: '/infrastructure/redis', params }),
      providesTags: ['Server'],
    }),
    getRedis: build.query<RedisServerDetail, { id: string; refresh?: boolean }>({
      query: ({ id, refresh }) => ({
        url: `/infrastructure/redis/${encodeURIComponent(id)}`,
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
    /** What applying a spec would do; nothing is stored or changed. */
    planSpec: build.mutation<PlanPreview, { kind: string; spec: object }>({
      query: (body) => ({ url: '/plans', method: 'POST', body }),
    }),
    /** What an action (`update`, `upgrade`, `stop`, `delete`, …) would do; nothing is stored or changed. */
    planAction: build.mutation<PlanPreview, { id: string; action: string; body?: object }>({
      query: ({ id, action, body }) => ({
        url: `${path(id)}/plans/${encodeURIComponent(action)}`,
        method: 'POST',
        body: action === 'delete' ? undefined : (body ?? {}),
      }),
    }),
    deployRedis: build.mutation<
      DeployAnswer,
      { cluster: RedisCluster; targetClusters?: string[]; key: string; generation?: number }
    >({
      query: ({ cluster, targetClusters, key, generation }) => ({
        url: '/infrastructure/redis/deploy',
        method: 'POST',
        headers: {
          'Idempotency-Key': key,
          ...(generation === undefined ? {} : { 'If-Match': `"${generation}"` }),
        },
        body: { ...(targetClusters ? { targetClusters } : {}), clusters: [cluster] },
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
  useListRedisQuery,
  useGetRedisQuery,
  useLazyGetRedisQuery,
  useGetDriftQuery,
  useLazyGetDriftQuery,
  useReadCredentialsMutation,
  usePlanSpecMutation,
  usePlanActionMutation,
  useDeployRedisMutation,
  useChangeServerMutation,
} = serversApi;
