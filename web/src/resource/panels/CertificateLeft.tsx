import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { daysUntil, validityTone } from './certificates';

interface Props {
  /** Null while it has not been read. */
  expiresAt: string | null;
  now: number;
}

/** How long a certificate lasts. */
export function CertificateLeft({ expiresAt, now }: Props) {
  const daysLeft = expiresAt === null ? null : daysUntil(expiresAt, now);
  const tone = validityTone(daysLeft);
  if (daysLeft === null || tone === 'unknown')
    return <StatusIndicator type="pending">Not read yet</StatusIndicator>;
  if (daysLeft < 0) return <StatusIndicator type="error">Expired</StatusIndicator>;
  return (
    <StatusIndicator type={tone}>{daysLeft === 1 ? '1 day left' : `${daysLeft} days left`}</StatusIndicator>
  );
}
