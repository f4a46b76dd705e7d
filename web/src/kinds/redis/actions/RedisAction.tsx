import { BeyondPolicy } from '../../../resource/actions/BeyondPolicy';
import { isPlain } from '../../../resource/actions/actions';
import { PlainAction } from '../../../resource/actions/PlainAction';
import type { Chosen } from '../../../resource/page/description';
import { useHandover } from '../../../resource/use-handover';
import { redis } from '../model/names';
import { statusOf, type RedisResource } from '../model/types';
import type { ActionId } from './actions';
import { Rotate } from './Rotate';
import { Switchover } from './Switchover';

interface Props {
  resource: RedisResource;
  chosen: Chosen<ActionId>;
  onDismiss: () => void;
}

/** The dialog of one action. Those with a page of their own have none. */
export function RedisAction({ resource, chosen: { action, about }, onDismiss }: Props) {
  const handOver = useHandover();
  if (action === 'switchover') return <Switchover resource={resource} group={about} onDismiss={onDismiss} />;
  if (action === 'rotate') return <Rotate resource={resource} onDismiss={onDismiss} />;
  if (!isPlain(action)) return null;
  return (
    <PlainAction
      resource={resource}
      noun={redis.noun.one}
      action={action}
      remark={
        action === 'heal' && (
          <BeyondPolicy
            names={redis}
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
