import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { kinds } from '../kinds/kinds';
import { PageFailed } from '../pages/PageFailed';
import { Gate } from './Gate';

/** Every route of the console. A page's code is loaded when it is opened first. */
export const routes: RouteObject[] = [
  {
    path: '/sign-in',
    ErrorBoundary: PageFailed,
    lazy: async () => ({ Component: (await import('../pages/SignInPage')).SignInPage }),
  },
  {
    Component: Gate,
    ErrorBoundary: PageFailed,
    HydrateFallback: () => null,
    children: [
      { index: true, element: <Navigate to="/servers" replace /> },
      {
        // Errors of a page are shown within the shell, whose navigation leads on.
        lazy: async () => ({ Component: (await import('./Shell')).Shell }),
        children: [
          {
            ErrorBoundary: PageFailed,
            children: [
              ...kinds.flatMap((kind) => kind.routes),
              {
                path: 'operations',
                lazy: async () => ({ Component: (await import('../pages/OperationsPage')).OperationsPage }),
              },
              {
                path: 'operations/:id',
                lazy: async () => ({ Component: (await import('../pages/OperationPage')).OperationPage }),
              },
              {
                path: 'regions',
                lazy: async () => ({ Component: (await import('../pages/RegionsPage')).RegionsPage }),
              },
              {
                path: 'settings',
                lazy: async () => ({ Component: (await import('../pages/SettingsPage')).SettingsPage }),
              },
              {
                path: 'no-permission',
                lazy: async () => ({
                  Component: (await import('../pages/NoPermissionPage')).NoPermissionPage,
                }),
              },
              {
                path: '*',
                lazy: async () => ({ Component: (await import('../pages/NotFoundPage')).NotFoundPage }),
              },
            ],
          },
        ],
      },
    ],
  },
];

export const makeRouter = () => createBrowserRouter(routes);
