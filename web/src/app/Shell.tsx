import { lazy, Suspense } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Failsafe } from '../parts/Failsafe';
import { Loading } from '../parts/Loading';
import { useAppSelector } from '../state/store';
import { Navigation } from './Navigation';
import { TopBar } from './TopBar';
import { useNavigationOpen } from './useNavigationOpen';

// Loaded with the first notice; most visits have none.
const Notices = lazy(async () => ({ default: (await import('./Notices')).Notices }));

/** The frame of every page: top bar, navigation, notices. Cloudscape's AppLayout does more and weighs as much as
 *  all the rest of a first page (decision 0015). */
export function Shell() {
  const location = useLocation();
  const hasNotices = useAppSelector((state) => state.notices.length > 0);
  const navigation = useNavigationOpen();
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the page
      </a>
      <TopBar onNavigation={navigation.toggle} navigationOpen={navigation.open} />
      <div className="frame">
        {navigation.open && <Navigation onClose={navigation.close} onFollowed={navigation.closeWhenNarrow} />}
        <main id="content" className="content" tabIndex={-1}>
          {hasNotices && (
            <Suspense fallback={null}>
              <Notices />
            </Suspense>
          )}
          <Failsafe key={location.pathname}>
            <Suspense fallback={<Loading what="the page" />}>
              <Outlet />
            </Suspense>
          </Failsafe>
        </main>
      </div>
    </>
  );
}
