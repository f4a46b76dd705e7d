import type { SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import type { KindNames } from '../resource/kind';

const link = (text: string, href: string): SideNavigationProps.Link => ({ type: 'link', text, href });

/** The pages of the console, in the order in which they are looked for. A page is here when its subject exists. */
export function navigationItems(kinds: readonly KindNames[]): SideNavigationProps.Item[] {
  return [
    {
      type: 'link-group',
      text: 'Resources',
      href: '/resources',
      items: kinds.map(({ title, path }) => link(title.many, path)),
    },
    link('Operations', '/operations'),
    {
      type: 'section-group',
      title: 'Admin',
      items: [link('Regions and sizes', '/regions'), link('Settings', '/settings')],
    },
  ];
}

/** The addresses that they lead to. */
export function hrefsOf(items: readonly SideNavigationProps.Item[]): string[] {
  return items.flatMap((item) => [
    ...('href' in item ? [item.href] : []),
    ...('items' in item ? hrefsOf(item.items) : []),
  ]);
}
