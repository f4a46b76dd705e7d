import '@cloudscape-design/global-styles/dark-mode-utils.css';
import './app/base.css';
import './app/console.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { Console } from './app/Console';
import { reloadWhenOutdated } from './app/outdated';
import { publishTokens } from './app/tokens';
import { makeStore } from './state/store';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

reloadWhenOutdated();
publishTokens(document.body);
createRoot(root).render(
  <StrictMode>
    <BrowserRouter>
      <Console store={makeStore()} />
    </BrowserRouter>
  </StrictMode>,
);
