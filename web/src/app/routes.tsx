import { lazy } from 'react';
import { Navigate, type RouteObject } from 'react-router';
import { kinds } from '../kinds/kinds';
import { routesOf, type ConsoleRoute } from '../resource/kind';
import { Gate } from './Gate';

const pages: readonly ConsoleRoute[] = [
  { path: 'resources', page: async () => (await import('../pages/ResourcesPage')).ResourcesPage },
  ...kinds.flatMap(routesOf),
  { path: 'r/:kind/:id', page: async () => (await import('./ResourceRoute')).ResourceRoute },
  { path: 'operations', page: async () => (await import('../pages/OperationsPage')).OperationsPage },
  { path: 'operations/:id', page: async () => (await import('../pages/OperationPage')).OperationPage },
  { path: 'regions', page: async () => (await import('../pages/RegionsPage')).RegionsPage },
  { path: 'settings', page: async () => (await import('../pages/SettingsPage')).SettingsPage },
  { path: 'no-permission', page: async () => (await import('../parts/NoPermissionPage')).NoPermissionPage },
  { path: '*', page: async () => (await import('../parts/NotFoundPage')).NotFoundPage },
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
      { index: true, element: <Navigate to="/resources" replace /> },
      { element: <Shell />, children: pages.map(routeOf) },
    ],
  },
];
