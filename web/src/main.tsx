import '@cloudscape-design/global-styles/index.css';
import './app/console.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Provider } from 'react-redux';
import { RouterProvider } from 'react-router/dom';
import { reloadWhenOutdated } from './app/outdated';
import { makeRouter } from './app/router';
import { makeStore } from './app/store';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

reloadWhenOutdated();
createRoot(root).render(
  <StrictMode>
    <Provider store={makeStore()}>
      <RouterProvider router={makeRouter()} />
    </Provider>
  </StrictMode>,
);
