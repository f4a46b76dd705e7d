import { api } from './api';
import type { Provider, Region, Size } from './types';

interface List<Item> {
  items: Item[];
}

export const catalogApi = api.injectEndpoints({
  endpoints: (build) => ({
    getRegions: build.query<Region[], void>({
      query: () => '/global/digitalocean/regions',
      transformResponse: (answer: List<Region>) => answer.items,
      keepUnusedDataFor: 600,
    }),
    getSizes: build.query<Size[], void>({
      query: () => '/global/digitalocean/sizes',
      transformResponse: (answer: List<Size>) => answer.items,
      keepUnusedDataFor: 600,
    }),
    getProviders: build.query<Provider[], void>({
      query: () => '/providers',
      transformResponse: (answer: List<Provider>) => answer.items,
      providesTags: ['Provider'],
    }),
  }),
});

export const { useGetRegionsQuery, useGetSizesQuery, useGetProvidersQuery } = catalogApi;
