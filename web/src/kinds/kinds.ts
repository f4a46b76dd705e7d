import type { ConsoleKind } from '../resource/kind';
import { redisKind } from './redis';

/** The one place that names every kind. */
export const kinds: readonly ConsoleKind[] = [redisKind];
