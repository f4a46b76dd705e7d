import type { ComponentType } from 'react';

type LoadPage = () => Promise<ComponentType>;

/** A page and how to get its code, which is loaded when the page is opened first. */
export interface ConsoleRoute {
  readonly path: string;
  readonly page: LoadPage;
}

interface Noun {
  readonly one: string;
  readonly many: string;
}

/** What a kind is called, by the API, in the console's addresses and on its screens. */
export interface KindNames {
  /** As the API names it. */
  readonly kind: string;
  /** In full, where other kinds may stand beside it. */
  readonly title: Noun;
  /** In short and in lower case, where it is clear which kind is meant: cluster, clusters. */
  readonly noun: Noun;
  /** In one sentence, what they are. */
  readonly description: string;
  /** Where the API has them. */
  readonly collection: string;
  /** Where the console has their list; what is done with one of them is below it. */
  readonly path: string;
}

/** What a kind brings to the console. Its pages are loaded when they are opened: mostly the shared ones
 *  (`ResourceListPage`, `ResourcePage`, `CreatePage`, `UpdatePage`), each given a description. */
export interface ConsoleKind extends KindNames {
  readonly pages: {
    readonly list: LoadPage;
    readonly details: LoadPage;
    readonly create: LoadPage;
    readonly update: LoadPage;
  };
  /** Pages for other actions with one of them, by the action. */
  readonly actionPages: Readonly<Record<string, LoadPage>>;
}

export const createHref = ({ path }: KindNames): string => `${path}/create`;

export const pageHref = ({ path }: KindNames, id: string): string => `${path}/${encodeURIComponent(id)}`;

export const actionHref = ({ path }: KindNames, action: string, id: string): string =>
  `${path}/${action}/${encodeURIComponent(id)}`;

/** Every page of a kind and its address. */
export function routesOf({ path, pages, actionPages }: ConsoleKind): ConsoleRoute[] {
  return [
    { path, page: pages.list },
    { path: `${path}/create`, page: pages.create },
    ...Object.entries({ update: pages.update, ...actionPages }).map(([action, page]) => ({
      path: `${path}/${action}/:id`,
      page,
    })),
    { path: `${path}/:id`, page: pages.details },
  ];
}

/** What leads to a page of one of them. */
export function crumbsOf(names: KindNames, resource?: { id: string; name: string }) {
  const list = { text: names.title.many, href: names.path };
  return resource === undefined
    ? [list]
    : [list, { text: resource.name, href: pageHref(names, resource.id) }];
}
