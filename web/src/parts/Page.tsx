import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Header from '@cloudscape-design/components/header';
import { useEffect, type ReactNode } from 'react';
import { useFollow } from './useFollow';

interface Props {
  title: string;
  /** What leads here, without the page itself. */
  crumbs?: readonly { text: string; href: string }[];
  description?: ReactNode;
  actions?: ReactNode;
  info?: ReactNode;
  counter?: string;
  children: ReactNode;
}

/** One page: its title (of the window, too), the way that leads to it, its actions. */
export function Page({ title, crumbs = [], description, actions, info, counter, children }: Props) {
  const follow = useFollow();
  useEffect(() => {
    document.title = `${title} · Ashlar`;
  }, [title]);
  return (
    <div className="page">
      {crumbs.length > 0 && (
        <BreadcrumbGroup
          items={[...crumbs, { text: title, href: '#' }]}
          onFollow={follow}
          ariaLabel="Where this page is"
        />
      )}
      <div className="page-header">
        <Header
          variant="h1"
          description={description}
          actions={actions}
          info={info}
          {...(counter ? { counter } : {})}
        >
          {title}
        </Header>
      </div>
      {children}
    </div>
  );
}
