import type { ConsoleKind } from './kind';
import { redis } from './redis';

/** The one place that names every kind. */
export const kinds: readonly ConsoleKind[] = [redis];
