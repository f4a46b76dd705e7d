import { useCallback } from 'react';
import { useGetResourceQuery, useLazyGetResourceQuery } from '../api/servers';
import type { Resource } from '../api/types';
import type { KindNames } from './kind';

interface Options {
  pollingInterval?: number;
  skipPollingIfUnfocused?: boolean;
}

/** A resource of a kind, read anew when the page is opened. The types are the kind's: what its collection answers is
 *  what its part of the contract says. */
export function useResource<Spec extends object, Status extends object>(
  { collection }: KindNames,
  id: string,
  options: Options = {},
) {
  const { currentData, error, refetch } = useGetResourceQuery(
    { collection, id },
    { ...options, refetchOnMountOrArgChange: true },
  );
  return { resource: currentData as Resource<Spec, Status> | undefined, error, refetch };
}

/** To read a resource when something calls for it; `refresh` looks at its machines first. */
export function useReadResource<Spec extends object, Status extends object>({ collection }: KindNames) {
  const [ask, { isFetching }] = useLazyGetResourceQuery();
  const read = useCallback(
    async (id: string, { refresh = false } = {}) =>
      (await ask({ collection, id, refresh }).unwrap()) as Resource<Spec, Status>,
    [ask, collection],
  );
  return { read, isReading: isFetching };
}
