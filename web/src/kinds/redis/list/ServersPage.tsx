import { lazy, Suspense, useCallback, useDeferredValue, useState } from 'react';
import { useListServersQuery } from '../../../api/servers';
import { usePermission } from '../../../app/usePermission';
import { Loading } from '../../../parts/Loading';
import { Page } from '../../../parts/Page';
import { ProblemAlert } from '../../../parts/ProblemAlert';
import { readPreference, writePreference } from '../../../parts/preference';
import { useCursorPages } from '../../../parts/useCursorPages';
import { parametersOf } from './filter';
import type { Overlay } from './ServerDialogs';
import { ServersTable } from './ServersTable';
import { isView, usualView, type View } from './view';

// What lies over the list, or stands in its place, is loaded when it is wanted.
const FirstCluster = lazy(async () => ({ default: (await import('./FirstCluster')).FirstCluster }));
const ServerDialogs = lazy(async () => ({ default: (await import('./ServerDialogs')).ServerDialogs }));
const ViewSettings = lazy(async () => ({ default: (await import('./ViewSettings')).ViewSettings }));

const viewKey = 'redis.view';
const restMs = 10_000;
const busyMs = 2000;

/** The list of Redis clusters, as live as what happens to them. */
export function ServersPage() {
  const { mayAct } = usePermission();
  const [view, setView] = useState<View>(() => readPreference(viewKey, isView, usualView));
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const [settings, setSettings] = useState(false);
  const [busy, setBusy] = useState(false);
  const asked = {
    kind: 'redis',
    ...parametersOf(view.query),
    sort: view.sort,
    order: view.descending ? ('desc' as const) : ('asc' as const),
    limit: view.pageSize,
  };
  const pages = useCursorPages(JSON.stringify(asked));
  const { data, error, isLoading, refetch } = useListServersQuery(
    { ...asked, ...(pages.cursor === undefined ? {} : { cursor: pages.cursor }) },
    {
      pollingInterval: busy ? busyMs : restMs,
      skipPollingIfUnfocused: true,
      refetchOnMountOrArgChange: true,
    },
  );
  const nowBusy = data?.items.some(({ operation }) => operation !== null && !operation.final) ?? false;
  if (nowBusy !== busy) setBusy(nowBusy);

  const change = useCallback((next: View) => {
    writePreference(viewKey, next);
    setView(next);
  }, []);
  const openSettings = useCallback(() => setSettings(true), []);
  const refresh = useCallback(() => void refetch(), [refetch]);
  // A hundred rows are drawn in slices, between which the page stays at hand.
  const page = useDeferredValue(data);
  const isEmpty = data?.total === 0 && view.query.tokens.length === 0;
  return (
    <Page
      title="Redis clusters"
      description="Replicated, watched by sentinels, and failing over by themselves."
    >
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      <Suspense fallback={<Loading what="the page" />}>
        {isEmpty ? (
          <FirstCluster mayCreate={mayAct('create')} />
        ) : (
          !(error && !data) && (
            <ServersTable
              view={view}
              onView={change}
              page={page}
              loading={isLoading}
              pages={pages}
              onRefresh={refresh}
              onSettings={openSettings}
              onOverlay={setOverlay}
            />
          )
        )}
      </Suspense>
      <Suspense fallback={null}>
        {overlay && <ServerDialogs overlay={overlay} onOverlay={setOverlay} />}
        {settings && <ViewSettings view={view} onChange={change} onClose={() => setSettings(false)} />}
      </Suspense>
    </Page>
  );
}
