import I18nProvider from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import { Suspense } from 'react';
import { Provider } from 'react-redux';
import { useRoutes } from 'react-router';
import { Failsafe } from '../parts/Failsafe';
import { routes } from './routes';
import type { Store } from './store';

function Pages() {
  return (
    <Failsafe>
      <Suspense fallback={null}>{useRoutes(routes)}</Suspense>
    </Failsafe>
  );
}

/** Everything but the router, so that tests can bring one that starts where they want. The messages are what
 *  Cloudscape's parts say to screen readers. */
export function Console({ store }: { store: Store }) {
  return (
    <Provider store={store}>
      <I18nProvider locale="en" messages={[messages]}>
        <Pages />
      </I18nProvider>
    </Provider>
  );
}
