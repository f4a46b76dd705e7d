import { api } from './api';
import type { components } from './schema';

export type ServerEventPage = components['schemas']['ServerEventPage'];
export type SeriesAnswer = components['schemas']['SeriesAnswer'];

/** What a resource has been through, and what was measured of it. */
export const historyApi = api.injectEndpoints({
  endpoints: (build) => ({
    listServerEvents: build.query<ServerEventPage, { id: string; cursor?: string; limit?: number }>({
      query: ({ id, ...params }) => ({ url: `/servers/${encodeURIComponent(id)}/events`, params }),
      providesTags: ['Operation'],
    }),
    getSeries: build.query<SeriesAnswer, { id: string; minutes: number }>({
      query: ({ id, minutes }) => ({ url: `/servers/${encodeURIComponent(id)}/series`, params: { minutes } }),
      keepUnusedDataFor: 30,
    }),
  }),
});

export const { useListServerEventsQuery, useGetSeriesQuery } = historyApi;
