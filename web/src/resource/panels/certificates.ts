// Certificates of nodes and how long they last. Pure.

/** A node of any kind that has certificates. */
export interface CertifiedNode {
  readonly name: string;
  readonly certificate: {
    readonly path: string;
    readonly authorityPath: string;
    readonly expiresAt: string | null;
  } | null;
}

export interface CertificateRow {
  readonly node: string;
  readonly path: string;
  readonly authorityPath: string;
  readonly expiresAt: string | null;
  readonly daysLeft: number | null;
  readonly tone: 'success' | 'warning' | 'error' | 'unknown';
}

const kDayMs = 86_400_000;
/** Ashlar itself begins to renew thirty days before the end. */
const kSoonDays = 30;

export function daysUntil(time: string, nowMs: number): number {
  return Math.floor((Date.parse(time) - nowMs) / kDayMs);
}

export function validityTone(daysLeft: number | null): CertificateRow['tone'] {
  if (daysLeft === null) return 'unknown';
  if (daysLeft < 0) return 'error';
  return daysLeft <= kSoonDays ? 'warning' : 'success';
}

/** Those that end first come first. */
export function certificateRows(nodes: readonly CertifiedNode[], nowMs: number): CertificateRow[] {
  const rows = nodes.flatMap((node): CertificateRow[] => {
    if (node.certificate === null) return [];
    const { path, authorityPath, expiresAt } = node.certificate;
    const daysLeft = expiresAt === null ? null : daysUntil(expiresAt, nowMs);
    return [
      {
        node: node.name,
        path,
        authorityPath,
        expiresAt,
        daysLeft,
        tone: validityTone(daysLeft),
      },
    ];
  });
  return rows.sort((one, other) => (one.daysLeft ?? Infinity) - (other.daysLeft ?? Infinity));
}
