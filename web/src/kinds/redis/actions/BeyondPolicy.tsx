import Alert from '@cloudscape-design/components/alert';
import { InternalLink } from '../../../parts/InternalLink';
import { actionHref } from '../../../resource/kind';
import type { Heal } from '../model/form';
import { redis } from '../model/names';
import { statusOf, type RedisResource } from '../model/types';

const reach: Record<Heal, readonly Heal[]> = { none: [], safe: ['safe'], replace: ['safe', 'replace'] };

/** Healing goes as far as the policy: whoever sees drift stay learns what would mend it. */
export function BeyondPolicy({ resource }: { resource: RedisResource }) {
  const policy = resource.spec.heal;
  const beyond = (statusOf(resource)?.drift ?? []).filter(({ heals }) => !reach[policy].includes(heals));
  if (beyond.length === 0) return null;
  return (
    <Alert
      type="warning"
      i18nStrings={{ warningIconAriaLabel: 'Warning' }}
      header={`The heal policy “${policy}” does not reach all that has drifted`}
    >
      <ul>
        {beyond.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
      <InternalLink href={actionHref(redis, 'update', resource.id)}>Update the cluster</InternalLink> to mend
      it, or to let the policy reach further.
    </Alert>
  );
}
