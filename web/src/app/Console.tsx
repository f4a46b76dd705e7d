import { Suspense } from 'react';
import { Provider } from 'react-redux';
import { useRoutes } from 'react-router';
import { Failsafe } from '../parts/Failsafe';
import type { Store } from '../state/store';
import { routes } from './routes';
import { Words } from './Words';

function Pages() {
  return (
    <Failsafe>
      <Suspense fallback={null}>{useRoutes(routes)}</Suspense>
    </Failsafe>
  );
}

/** Everything but the router, so that tests can bring one that starts where they want. */
export function Console({ store }: { store: Store }) {
  return (
    <Provider store={store}>
      <Words>
        <Pages />
      </Words>
    </Provider>
  );
}
