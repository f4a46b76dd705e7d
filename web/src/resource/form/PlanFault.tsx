import { problemOf } from '../../api/problem';
import { ProblemAlert } from '../../parts/ProblemAlert';
import type { SpecEditor } from './use-spec-editor';

interface Props {
  error: unknown;
  editor: Pick<SpecEditor<object>, 'serverFaults'>;
}

/** What failed, unless all of it is shown at the fields. */
export function PlanFault({ error, editor }: Props) {
  if (error === undefined) return null;
  const shown = problemOf(error).errors.length > 0 && editor.serverFaults.length === 0;
  // Faults that have been edited away since then are no news.
  if (shown) return null;
  return <ProblemAlert error={error} shownElsewhere={() => true} />;
}
