import { useCallback } from 'react';
import { useNavigate } from 'react-router';

interface FollowEvent {
  preventDefault: () => void;
  detail: { href?: string | undefined; external?: boolean | undefined };
}

/** For `onFollow` of Cloudscape's links: moves within the console without loading the page anew. */
export function useFollow(): (event: FollowEvent) => void {
  const navigate = useNavigate();
  return useCallback(
    (event) => {
      const { href, external } = event.detail;
      if (href?.startsWith('/') !== true || external === true) return;
      event.preventDefault();
      void navigate(href);
    },
    [navigate],
  );
}
