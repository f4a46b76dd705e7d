import type { ComponentType } from 'react';

/** A page and how to get its code, which is loaded when the page is opened first. */
export interface ConsoleRoute {
  path: string;
  page: () => Promise<ComponentType>;
}

/** What a kind brings to the console. */
export interface ConsoleKind {
  kind: string;
  navigation: { text: string; href: string };
  routes: readonly ConsoleRoute[];
}
