import Flashbar from '@cloudscape-design/components/flashbar';
import { InternalLink } from '../parts/InternalLink';
import { dismissed } from '../state/notices';
import { useAppDispatch, useAppSelector } from '../state/store';

export function Notices() {
  const notices = useAppSelector((state) => state.notices);
  const dispatch = useAppDispatch();
  return (
    <div className="notices">
      <Flashbar
        items={notices.map((notice) => ({
          id: notice.id,
          type: notice.type,
          content: notice.content,
          action: notice.link && (
            <InternalLink href={notice.link.href} color="inverted">
              {notice.link.text}
            </InternalLink>
          ),
          dismissible: true,
          dismissLabel: 'Dismiss this notice',
          onDismiss: () => dispatch(dismissed(notice.id)),
        }))}
      />
    </div>
  );
}
