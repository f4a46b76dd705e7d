import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { browserClock } from '../../api/live/browser-clock';
import { streamEvents } from '../../api/live/event-stream';
import { OperationFeed, type FeedSource, type FeedState } from '../../api/live/operation-feed';
import { operationsApi } from '../../api/operations';
import { useAppDispatch, type Store } from '../../state/store';

const fresh = { forceRefetch: true, subscribe: false } as const;

/** Through the store, so that a session that has ended is noticed here as everywhere. */
function sourceOf(id: string, dispatch: Store['dispatch']): FeedSource {
  const { getOperation, getEvents } = operationsApi.endpoints;
  return {
    readOperation: () => dispatch(getOperation.initiate(id, fresh)).unwrap(),
    readEvents: (after) => dispatch(getEvents.initiate({ id, after, limit: 1000 }, fresh)).unwrap(),
    stream: (after, take, signal) => streamEvents(id, after, take, signal),
  };
}

/** An operation and its history as they are now. `restart` when someone has retried what was over. */
export function useLiveOperation(id: string): FeedState & { restart: () => void } {
  const dispatch = useAppDispatch();
  const feed = useMemo(() => new OperationFeed(sourceOf(id, dispatch), browserClock), [id, dispatch]);
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  const state = useSyncExternalStore(feed.subscribe, feed.getState);
  const restart = useMemo(() => () => feed.start(), [feed]);
  return { ...state, restart };
}
