import Button from '@cloudscape-design/components/button';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import { useEffect } from 'react';
import { useLocation } from 'react-router';
import { kinds } from '../kinds/kinds';
import { useFollow } from '../parts/useFollow';
import { activeHref } from './active-href';
import { hrefsOf, navigationItems } from './navigation-items';

const items = navigationItems(kinds);
const hrefs = hrefsOf(items);

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
        header={{ text: 'Infrastructure', href: '/' }}
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
