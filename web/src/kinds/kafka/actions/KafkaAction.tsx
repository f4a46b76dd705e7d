import { isPlain } from '../../../resource/actions/actions';
import { BeyondPolicy } from '../../../resource/actions/BeyondPolicy';
import { PlainAction } from '../../../resource/actions/PlainAction';
import type { Chosen } from '../../../resource/page/description';
import { useHandover } from '../../../resource/use-handover';
import { kafka } from '../model/names';
import { statusOf, type KafkaResource } from '../model/types';
import type { ActionId } from './actions';
import { Hold } from './Hold';
import { Reassign } from './Reassign';
import { Rotate } from './Rotate';
import { Throttle } from './Throttle';

interface Props {
  resource: KafkaResource;
  chosen: Chosen<ActionId>;
  onDismiss: () => void;
}

/** The dialog of one action. Those with a page of their own have none. */
export function KafkaAction({ resource, chosen: { action, about }, onDismiss }: Props) {
  const handOver = useHandover();
  if (action === 'rotate') return <Rotate resource={resource} onDismiss={onDismiss} />;
  if (action === 'reassign') return <Reassign resource={resource} onDismiss={onDismiss} />;
  if (action === 'throttle') return <Throttle resource={resource} onDismiss={onDismiss} />;
  if (action === 'hold' || action === 'letGo')
    return <Hold resource={resource} node={about ?? ''} isHeld={action === 'hold'} onDismiss={onDismiss} />;
  if (!isPlain(action)) return null;
  return (
    <PlainAction
      resource={resource}
      noun={kafka.noun.one}
      action={action}
      remark={
        action === 'heal' && (
          <BeyondPolicy
            names={kafka}
            id={resource.id}
            policy={resource.spec.heal}
            drift={statusOf(resource)?.drift ?? []}
          />
        )
      }
      onDone={handOver}
      onDismiss={onDismiss}
    />
  );
}
