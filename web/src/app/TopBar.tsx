import Button from '@cloudscape-design/components/button';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useNavigate } from 'react-router';
import { useSignOutMutation } from '../api/session';
import { useAppearance, type Appearance } from '../parts/appearance';
import { useAppSelector } from '../state/store';

const appearances: Record<Appearance, string> = {
  system: 'Colours of the system',
  light: 'Light',
  dark: 'Dark',
};

interface Props {
  navigationOpen: boolean;
  onNavigation: () => void;
}

export function TopBar({ navigationOpen, onNavigation }: Props) {
  const session = useAppSelector((state) => state.session.session);
  const { appearance, choose } = useAppearance();
  const [signOut] = useSignOutMutation();
  const navigate = useNavigate();
  return (
    <div className="top-bar">
      <div className="navigation-toggle">
        <Button
          iconName="menu"
          variant="icon"
          ariaLabel={navigationOpen ? 'Close the list of pages' : 'Open the list of pages'}
          ariaExpanded={navigationOpen}
          ariaControls="navigation"
          onClick={onNavigation}
        />
      </div>
      <div className="top-bar-rest">
        <TopNavigation
          identity={{
            href: '/',
            title: 'Ashlar',
            logo: { src: '/favicon.svg', alt: 'Logo' },
            onFollow: (event) => {
              event.preventDefault();
              void navigate('/');
            },
          }}
          utilities={[
            {
              type: 'menu-dropdown',
              text: appearances[appearance],
              ariaLabel: `Appearance: ${appearances[appearance]}`,
              items: Object.entries(appearances).map(([id, text]) => ({
                id,
                text,
                itemType: 'checkbox' as const,
                checked: id === appearance,
              })),
              onItemClick: ({ detail }) => choose(detail.id as Appearance),
            },
            {
              type: 'menu-dropdown',
              iconName: 'user-profile',
              text: session?.name ?? '',
              description: session?.organization.name ?? '',
              items: [
                { id: 'settings', text: 'Settings' },
                { id: 'sign-out', text: 'Sign out' },
              ],
              onItemClick: ({ detail }) => {
                if (detail.id === 'sign-out') void signOut();
                else void navigate('/settings');
              },
            },
          ]}
        />
      </div>
    </div>
  );
}
