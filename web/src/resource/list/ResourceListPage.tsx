import { lazy, Suspense, useCallback, useDeferredValue, useState } from 'react';
import { useListServersQuery } from '../../api/servers';
import { Loading } from '../../parts/Loading';
import { Page } from '../../parts/Page';
import { readPreference, writePreference } from '../../parts/preference';
import { ProblemAlert } from '../../parts/ProblemAlert';
import { useCursorPages } from '../../parts/useCursorPages';
import type { ListDescription } from './description';
import { parametersOf } from './filter';
import type { Overlay } from './ListDialogs';
import { ResourceTable } from './ResourceTable';
import { isViewOf, usualView, type View } from './view';

// What lies over the list is loaded when it is wanted.
const ListDialogs = lazy(async () => ({ default: (await import('./ListDialogs')).ListDialogs }));
const ViewSettings = lazy(async () => ({ default: (await import('./ViewSettings')).ViewSettings }));

const restMs = 10_000;
const busyMs = 2000;

/** A list of resources, as live as what happens to them. */
export function ResourceListPage({ list }: { list: ListDescription }) {
  const { viewKey, columns, FirstSteps } = list;
  const [view, setView] = useState<View>(() =>
    readPreference(viewKey, isViewOf(columns), usualView(columns)),
  );
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const [settings, setSettings] = useState(false);
  const [busy, setBusy] = useState(false);
  const asked = {
    ...parametersOf(view.query),
    ...(list.kind === undefined ? {} : { kind: list.kind }),
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

  const change = useCallback(
    (next: View) => {
      writePreference(viewKey, next);
      setView(next);
    },
    [viewKey],
  );
  const openSettings = useCallback(() => setSettings(true), []);
  const refresh = useCallback(() => void refetch(), [refetch]);
  // A hundred rows are drawn in slices, between which the page stays at hand.
  const page = useDeferredValue(data);
  const isEmpty = data?.total === 0 && view.query.tokens.length === 0;
  return (
    <Page title={list.title} description={list.description}>
      <ProblemAlert error={error} onRetry={() => void refetch()} />
      <Suspense fallback={<Loading what="the page" />}>
        {isEmpty ? (
          <FirstSteps />
        ) : (
          !(error && !data) && (
            <ResourceTable
              list={list}
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
        {overlay && <ListDialogs noun={list.noun.one} overlay={overlay} onOverlay={setOverlay} />}
        {settings && (
          <ViewSettings columns={columns} view={view} onChange={change} onClose={() => setSettings(false)} />
        )}
      </Suspense>
    </Page>
  );
}
