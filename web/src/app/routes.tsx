import { lazy } from 'react';
import { Navigate, type RouteObject } from 'react-router';
import type { ConsoleRoute } from '../kinds/kind';
import { kinds } from '../kinds/kinds';
import { Gate } from './Gate';

const pages: readonly ConsoleRoute[] = [
  ...kinds.flatMap((kind) => kind.routes),
  { path: 'operations', page: async () => (await import('../pages/OperationsPage')).OperationsPage },
  { path: 'operations/:id', page: async () => (await import('../pages/OperationPage')).OperationPage },
  { path: 'regions', page: async () => (await import('../pages/RegionsPage')).RegionsPage },
  { path: 'settings', page: async () => (await import('../pages/SettingsPage')).SettingsPage },
  { path: 'no-permission', page: async () => (await import('../pages/NoPermissionPage')).NoPermissionPage },
  { path: '*', page: async () => (await import('../pages/NotFoundPage')).NotFoundPage },
];

function routeOf({ path, page }: ConsoleRoute): RouteObject {
  const Page = lazy(async () => ({ default: await page() }));
  return { path, element: <Page /> };
}

const Shell = lazy(async () => ({ default: (await import('./Shell')).Shell }));

/** Every route of the console. The router is React Router's declarative one: its data router would add 15 kB to the
 *  first page for loaders that RTK Query makes needless. */
export const routes: RouteObject[] = [
  routeOf({ path: '/sign-in', page: async () => (await import('../pages/SignInPage')).SignInPage }),
  {
    element: <Gate />,
    children: [
      { index: true, element: <Navigate to="/servers" replace /> },
      { element: <Shell />, children: pages.map(routeOf) },
    ],
  },
];
