import type { RouteObject } from 'react-router';

/** What a kind brings to the console. Its pages are loaded when they are opened. */
export interface ConsoleKind {
  kind: string;
  navigation: { text: string; href: string };
  routes: RouteObject[];
}
