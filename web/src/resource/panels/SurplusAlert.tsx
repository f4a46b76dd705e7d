import Alert from '@cloudscape-design/components/alert';
import { formatCount } from '../../parts/format';
import { Lines } from '../../parts/Lines';

interface Props {
  machines: readonly Readonly<Record<string, unknown>>[];
}

/** Left by a change that failed, or made by somebody else: they cost, and no count of nodes holds them. */
export function SurplusAlert({ machines }: Props) {
  if (machines.length === 0) return null;
  return (
    <Alert
      type="warning"
      i18nStrings={{ warningIconAriaLabel: 'Warning' }}
      header={`${formatCount(machines.length, 'machine')} beside the declared nodes`}
    >
      <Lines
        lines={machines.map(({ machine, name, machineSize }) =>
          [machine ?? name, machineSize].filter((part) => typeof part === 'string').join(', '),
        )}
        name=""
      />
    </Alert>
  );
}
