import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { problemOf } from '../api/problem';
import { asSentence } from './format';

interface Props {
  /** As a query or mutation gives it; nothing is shown while there is none. */
  error: unknown;
  onRetry?: () => void;
  /** Paths whose messages are shown at their fields; the others are listed here. */
  shownElsewhere?: (path: string) => boolean;
}

/** What failed, why, and what to do about it, in the server's words. A refusal blanks no more than the place of what
 *  was refused. */
export function ProblemAlert({ error, onRetry, shownElsewhere = () => false }: Props) {
  if (error === undefined || error === null) return null;
  const problem = problemOf(error);
  const refused = problem.status === 403;
  const rest = problem.errors.filter(({ path }) => !shownElsewhere(path));
  return (
    <Alert
      type={refused ? 'warning' : 'error'}
      header={refused ? 'No permission' : problem.title}
      i18nStrings={{ errorIconAriaLabel: 'Error', warningIconAriaLabel: 'Warning' }}
      action={onRetry && <Button onClick={onRetry}>Try again</Button>}
    >
      <div>{asSentence(problem.detail)}</div>
      {rest.length > 0 && (
        <ul className="lines">
          {rest.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              {path !== '' && <code>{path}</code>} {message}
            </li>
          ))}
        </ul>
      )}
      {refused && problem.remedy === null && (
        <div>An administrator can make a token that grants more; the rest of the page is not concerned.</div>
      )}
      {problem.remedy !== null && <div>{asSentence(problem.remedy)}</div>}
      {problem.requestId !== '' && (
        <Box variant="small" color="text-body-secondary">
          Request {problem.requestId}
        </Box>
      )}
    </Alert>
  );
}
