import { api } from './api';
import type { components } from './schema';

export type Token = components['schemas']['Token'];
export type NewToken = components['schemas']['NewToken'];
export type TokenRequest = components['schemas']['TokenRequest'];

export const tokensApi = api.injectEndpoints({
  endpoints: (build) => ({
    listTokens: build.query<Token[], void>({
      query: () => '/tokens',
      transformResponse: (answer: { items: Token[] }) => answer.items,
      providesTags: ['Token'],
    }),
    createToken: build.mutation<NewToken, TokenRequest>({
      query: (body) => ({ url: '/tokens', method: 'POST', body }),
      invalidatesTags: ['Token'],
    }),
    revokeToken: build.mutation<void, string>({
      query: (id) => ({ url: `/tokens/${encodeURIComponent(id)}`, method: 'DELETE' }),
      invalidatesTags: ['Token'],
    }),
  }),
});

export const { useListTokensQuery, useCreateTokenMutation, useRevokeTokenMutation } = tokensApi;
