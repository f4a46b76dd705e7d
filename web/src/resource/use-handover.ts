import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import type { DeployAnswer } from '../api/types';
import { resourceHref } from '../parts/resource-href';
import { noticed } from '../state/notices';
import { useAppDispatch } from '../state/store';

/** After something was accepted: to the operation that carries it out, or a word that there was nothing to do. */
export function useHandover(): (answer: DeployAnswer) => void {
  const navigate = useNavigate();
  const dispatch = useAppDispatch();
  return useCallback(
    (answer) => {
      if (answer.correlationId !== null) {
        void navigate(`/operations/${answer.correlationId}`);
        return;
      }
      const [first] = answer.operations;
      dispatch(
        noticed({
          id: `nothing-to-do-${first?.resourceId ?? ''}`,
          type: 'info',
          content: `Everything is as asked already: ${first?.summary ?? 'nothing to change'}.`,
          link: null,
        }),
      );
      void navigate(first === undefined ? '/' : resourceHref(first.kind, first.resourceId));
    },
    [dispatch, navigate],
  );
}
