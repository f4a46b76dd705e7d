import type { ConsoleKind } from '../resource/kind';
import { kafkaKind } from './kafka';
import { redisKind } from './redis';

/** The one place that names every kind. */
export const kinds: readonly ConsoleKind[] = [redisKind, kafkaKind];
