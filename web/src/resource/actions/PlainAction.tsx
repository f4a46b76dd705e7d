import type { ReactNode } from 'react';
import type { DeployAnswer } from '../../api/types';
import { ActionDialog } from '../../parts/ActionDialog';
import { plainActions, type PlainActionId } from './actions';

interface Props {
  resource: { id: string; name: string };
  noun: string;
  action: PlainActionId;
  /** What its kind has to say before the plan. */
  remark?: ReactNode;
  onDone: (answer: DeployAnswer) => void;
  onDismiss: () => void;
}

const noArguments = {};

/** The dialog of one action without arguments: its plan, and the decision. */
export function PlainAction({ resource, noun, action, remark, onDone, onDismiss }: Props) {
  return (
    <ActionDialog
      server={resource}
      action={action}
      title={`${plainActions[action]} ${resource.name}`}
      verb={`${plainActions[action]} ${noun}`}
      body={noArguments}
      {...(remark === undefined ? {} : { inputs: () => remark })}
      onDone={onDone}
      onDismiss={onDismiss}
    />
  );
}
