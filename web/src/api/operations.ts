import { api } from './api';
import type { EventPage, Operation, OperationDetail, OperationPage, StepOutput } from './types';

export interface OperationFilter {
  resourceId?: string;
  /** States, separated by commas; so are actions. */
  state?: string;
  action?: string;
  cursor?: string;
  limit?: number;
}

export const operationsApi = api.injectEndpoints({
  endpoints: (build) => ({
    listOperations: build.query<OperationPage, OperationFilter>({
      query: (params) => ({ url: '/operations', params }),
      providesTags: ['Operation'],
    }),
    getOperation: build.query<OperationDetail, string>({
      query: (id) => `/operations/${encodeURIComponent(id)}`,
      providesTags: (_answer, _problem, id) => [{ type: 'Operation', id }],
    }),
    getEvents: build.query<EventPage, { id: string; after: number; limit?: number }>({
      query: ({ id, ...params }) => ({ url: `/operations/${encodeURIComponent(id)}/events`, params }),
      keepUnusedDataFor: 0,
    }),
    readStepOutput: build.query<StepOutput, { id: string; stepId: string; offset: number }>({
      query: ({ id, stepId, offset }) => ({
        url: `/operations/${encodeURIComponent(id)}/steps/${encodeURIComponent(stepId)}/output`,
        params: { offset },
      }),
      keepUnusedDataFor: 0,
    }),
    cancelOperation: build.mutation<Operation, string>({
      query: (id) => ({ url: `/operations/${encodeURIComponent(id)}/cancel`, method: 'POST' }),
      invalidatesTags: ['Operation', 'Server'],
    }),
    retryOperation: build.mutation<Operation, string>({
      query: (id) => ({ url: `/operations/${encodeURIComponent(id)}/retry`, method: 'POST' }),
      invalidatesTags: ['Operation', 'Server'],
    }),
  }),
});

export const {
  useListOperationsQuery,
  useGetOperationQuery,
  useLazyGetOperationQuery,
  useLazyGetEventsQuery,
  useGetEventsQuery,
  useCancelOperationMutation,
  useRetryOperationMutation,
} = operationsApi;
