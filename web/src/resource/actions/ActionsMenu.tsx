import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import { useNavigate } from 'react-router';
import type { ActionChoice } from './actions';

interface Props<Id extends string> {
  choices: readonly ActionChoice<Id>[];
  /** One that has no page of its own. */
  onChoose: (choice: ActionChoice<Id>) => void;
  disabled?: boolean;
  variant?: 'normal' | 'primary';
}

/** Every action; what cannot be done now says why. */
export function ActionsMenu<Id extends string>({
  choices,
  onChoose,
  disabled = false,
  variant = 'normal',
}: Props<Id>) {
  const navigate = useNavigate();
  return (
    <ButtonDropdown
      variant={variant}
      disabled={disabled}
      items={choices.map(({ id, text, disabledReason }) => ({
        id,
        text,
        disabled: disabledReason !== null,
        ...(disabledReason === null ? {} : { disabledReason }),
      }))}
      onItemClick={({ detail }) => {
        const choice = choices.find(({ id }) => id === detail.id);
        if (choice === undefined) return;
        if (choice.href === null) onChoose(choice);
        else void navigate(choice.href);
      }}
    >
      Actions
    </ButtonDropdown>
  );
}
