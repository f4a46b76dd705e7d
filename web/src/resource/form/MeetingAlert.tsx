import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { valueInWords } from '../../parts/plan-summary';
import type { Meeting } from './differences';

interface Props {
  noun: string;
  meeting: Pick<Meeting<object>, 'theirs' | 'contested'>;
  onKeep: () => void;
  onDiscard: () => void;
}

/** Somebody else changed the same resource: what they did, and what becomes of the changes made here. */
export function MeetingAlert({ noun, meeting, onKeep, onDiscard }: Props) {
  return (
    <Alert
      type="warning"
      i18nStrings={{ warningIconAriaLabel: 'Warning' }}
      header={`Somebody else changed this ${noun} meanwhile`}
    >
      <SpaceBetween size="s">
        <div>Nothing of yours was lost, and nothing was sent. Since you opened this page they changed:</div>
        {meeting.theirs.length === 0 ? (
          <div>nothing that this form shows.</div>
        ) : (
          <ul>
            {meeting.theirs.map(({ path, before, after }) => (
              <li key={path}>
                <code>{path}</code>: {valueInWords(before)} → {valueInWords(after)}
                {meeting.contested.includes(path) && <strong> (you changed this, too: yours is kept)</strong>}
              </li>
            ))}
          </ul>
        )}
        <SpaceBetween size="xs" direction="horizontal">
          <Button variant="primary" onClick={onKeep}>
            Put my changes on top of theirs
          </Button>
          <Button onClick={onDiscard}>Discard my changes</Button>
        </SpaceBetween>
      </SpaceBetween>
    </Alert>
  );
}
