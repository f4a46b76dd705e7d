import AppLayout from '@cloudscape-design/components/app-layout';
import Flashbar from '@cloudscape-design/components/flashbar';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useEffect } from 'react';
import { Outlet, useLocation } from 'react-router';
import { denialLeft } from '../api/session-state';
import { kinds } from '../kinds/kinds';
import { NoPermissionPage } from '../pages/NoPermissionPage';
import { InternalLink } from '../parts/InternalLink';
import { readPreference, writePreference } from '../parts/preference';
import { useFollow } from '../parts/useFollow';
import { activeHref } from './active-href';
import { dismissed } from './notices';
import { useAppDispatch, useAppSelector } from './store';
import { TopBar } from './TopBar';
import { useState } from 'react';

const navigation = [
  ...kinds.map((kind) => ({ type: 'link' as const, ...kind.navigation })),
  { type: 'link' as const, text: 'Operations', href: '/operations' },
  { type: 'divider' as const },
  { type: 'link' as const, text: 'Regions and sizes', href: '/regions' },
  { type: 'link' as const, text: 'Settings', href: '/settings' },
];

const hrefs = navigation.flatMap((item) => ('href' in item ? [item.href] : []));

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isNarrow = () => window.matchMedia('(max-width: 688px)').matches;

/** The frame of every page: top bar, navigation, notices. */
export function Shell() {
  const location = useLocation();
  const follow = useFollow();
  const dispatch = useAppDispatch();
  const denied = useAppSelector((state) => state.session.denied);
  const [open, setOpen] = useState(() => !isNarrow() && readPreference('navigation', isBoolean, true));
  // A refusal is about one page; the next one is shown again.
  useEffect(() => {
    dispatch(denialLeft());
  }, [dispatch, location.key]);
  return (
    <>
      <TopBar />
      <AppLayout
        headerSelector="#top-bar"
        toolsHide
        navigationOpen={open}
        onNavigationChange={({ detail }) => {
          setOpen(detail.open);
          if (!isNarrow()) writePreference('navigation', detail.open);
        }}
        navigation={
          <SideNavigation
            header={{ text: 'Infrastructure', href: '/servers' }}
            activeHref={activeHref(location.pathname, hrefs)}
            items={navigation}
            onFollow={(event) => {
              follow(event);
              if (isNarrow()) setOpen(false);
            }}
          />
        }
        notifications={<Notices />}
        content={denied ? <NoPermissionPage /> : <Outlet />}
        ariaLabels={{
          navigation: 'Pages',
          navigationToggle: 'Open the list of pages',
          navigationClose: 'Close the list of pages',
          notifications: 'Notices',
        }}
      />
    </>
  );
}

function Notices() {
  const notices = useAppSelector((state) => state.notices);
  const dispatch = useAppDispatch();
  return (
    <Flashbar
      items={notices.map((notice) => ({
        id: notice.id,
        type: notice.type,
        content: notice.content,
        action: notice.link && (
          <InternalLink href={notice.link.href} color="inverted">
            {notice.link.text}
          </InternalLink>
        ),
        dismissible: true,
        dismissLabel: 'Dismiss this notice',
        onDismiss: () => dispatch(dismissed(notice.id)),
      }))}
    />
  );
}
