import Box from '@cloudscape-design/components/box';
import Icon from '@cloudscape-design/components/icon';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { capital } from '../../parts/format';
import { toneOf } from './node-tone';

interface Props {
  node: { readonly state: string; readonly error: string | null };
}

const looks = { works: 'success', trouble: 'error', off: 'stopped' } as const;

/** How a node is, and why. */
export function NodeState({ node }: Props) {
  return (
    <>
      <StatusIndicator type={looks[toneOf(node)]}>{capital(node.state)}</StatusIndicator>
      {node.error !== null && <Box color="text-status-error">{node.error}</Box>}
    </>
  );
}

const icons = {
  works: { name: 'status-positive', variant: 'success' },
  trouble: { name: 'status-negative', variant: 'error' },
  off: { name: 'status-stopped', variant: 'subtle' },
} as const;

/** The same without words, in pictures. */
export function NodeIcon({ node }: Props) {
  const tone = toneOf(node);
  const { name, variant } = icons[tone];
  return <Icon name={name} variant={variant} ariaLabel={tone === 'works' ? 'Works' : node.state} />;
}
