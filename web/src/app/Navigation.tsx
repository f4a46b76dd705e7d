import Button from '@cloudscape-design/components/button';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { kinds } from '../kinds/kinds';
import { useFollow } from '../parts/useFollow';
import { activeHref } from './active-href';

const items = [
  ...kinds.map((kind) => ({ type: 'link' as const, ...kind.navigation })),
  { type: 'link' as const, text: 'Operations', href: '/operations' },
  { type: 'divider' as const },
  { type: 'link' as const, text: 'Regions and sizes', href: '/regions' },
  { type: 'link' as const, text: 'Settings', href: '/settings' },
];

const hrefs = items.flatMap((item) => ('href' in item ? [item.href] : []));

interface Props {
  onClose: () => void;
  /** A page was chosen. */
  onFollowed: () => void;
}

export function Navigation({ onClose, onFollowed }: Props) {
  const { pathname } = useLocation();
  const follow = useFollow();
  useEffect(() => {
    const closeOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onFollowed();
    };
    document.addEventListener('keydown', closeOnEscape);
    return () => document.removeEventListener('keydown', closeOnEscape);
  }, [onFollowed]);
  return (
    <aside className="navigation" id="navigation" aria-label="Pages of the console">
      <div className="navigation-close">
        <Button iconName="close" variant="icon" ariaLabel="Close the list of pages" onClick={onClose} />
      </div>
      <SideNavigation
        header={{ text: 'Infrastructure', href: '/servers' }}
        activeHref={activeHref(pathname, hrefs)}
        items={items}
        onFollow={(event) => {
          follow(event);
          onFollowed();
        }}
      />
    </aside>
  );
}
