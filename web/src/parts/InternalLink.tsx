import Link, { type LinkProps } from '@cloudscape-design/components/link';
import { useFollow } from './useFollow';

/** A link to another page of the console. */
export function InternalLink(props: LinkProps) {
  const follow = useFollow();
  return <Link {...props} onFollow={follow} />;
}
