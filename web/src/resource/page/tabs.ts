// The tabs of a resource's page: the same order for every kind, so that one knows where to look. Pure.

import type { ReactNode } from 'react';

export const standardTabs = {
  overview: 'Overview',
  nodes: 'Nodes',
  metrics: 'Metrics',
  logs: 'Logs',
  connect: 'Connect',
  configuration: 'Configuration',
  backups: 'Backups',
  activity: 'Activity',
  access: 'Access',
} as const;

export type StandardTab = keyof typeof standardTabs;

interface TabContent {
  readonly content: ReactNode;
  /** How many there are of what it shows; nothing is said of none. */
  readonly count?: number | undefined;
}

/** One that any kind may have; those whose subject is missing are not given. */
interface OfAnyKind extends TabContent {
  readonly id: StandardTab;
}

/** One that only this kind has, and the standard one that it follows. */
interface OfOneKind extends TabContent {
  readonly id: string;
  readonly label: string;
  readonly after: StandardTab;
}

export type ResourceTab = OfAnyKind | OfOneKind;

const order = Object.keys(standardTabs);

const placeOf = (tab: ResourceTab): number =>
  'after' in tab ? order.indexOf(tab.after) + 0.5 : order.indexOf(tab.id);

const nameOf = (tab: ResourceTab): string => ('after' in tab ? tab.label : standardTabs[tab.id]);

export interface OrderedTab {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
}

/** In the order of the page, those of one place as they were given, each with its label. */
export function inOrder(tabs: readonly ResourceTab[]): OrderedTab[] {
  return [...tabs]
    .sort((one, other) => placeOf(one) - placeOf(other))
    .map((tab) => ({
      id: tab.id,
      label: tab.count === undefined || tab.count === 0 ? nameOf(tab) : `${nameOf(tab)} (${tab.count})`,
      content: tab.content,
    }));
}

/** The one that the address asks for; an address of an older version may ask for one that is gone. */
export function chosenTab(tabs: readonly OrderedTab[], asked: string | null): string | undefined {
  return (tabs.find(({ id }) => id === asked) ?? tabs[0])?.id;
}
