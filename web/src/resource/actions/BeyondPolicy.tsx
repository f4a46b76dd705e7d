import Alert from '@cloudscape-design/components/alert';
import type { DriftAnswer } from '../../api/types';
import { InternalLink } from '../../parts/InternalLink';
import { beyondPolicy, type Heal } from '../heal';
import { actionHref, type KindNames } from '../kind';

interface Props {
  names: KindNames;
  id: string;
  policy: Heal;
  drift: readonly Pick<DriftAnswer['items'][number], 'heals' | 'message'>[];
}

/** Healing goes as far as the policy: whoever sees drift stay learns what would mend it. */
export function BeyondPolicy({ names, id, policy, drift }: Props) {
  const beyond = beyondPolicy(policy, drift);
  if (beyond.length === 0) return null;
  const noun = names.noun.one;
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
      <InternalLink href={actionHref(names, 'update', id)}>Update the {noun}</InternalLink> to mend it, or to
      let the policy reach further.
    </Alert>
  );
}
