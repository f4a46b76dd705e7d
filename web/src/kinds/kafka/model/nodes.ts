// What is told of single nodes. Pure.

import { formatBytes } from '../../../parts/format';
import type { KafkaNode } from './types';

export interface Disk {
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The disk that holds the data. What the file system says counts, else what the machine was sold with; null while
 *  neither fits what is left. */
export function diskOf({ diskBytes, diskFreeBytes, machineDiskBytes }: KafkaNode): Disk | null {
  if (diskFreeBytes === null) return null;
  const totalBytes = [diskBytes, machineDiskBytes].find((bytes) => bytes != null && bytes >= diskFreeBytes);
  if (totalBytes == null || totalBytes === 0) return null;
  return { usedBytes: totalBytes - diskFreeBytes, freeBytes: diskFreeBytes, totalBytes };
}

export function diskLeftInWords(node: KafkaNode): string {
  const disk = diskOf(node);
  if (disk !== null) return `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)}`;
  return node.diskFreeBytes === null ? '–' : formatBytes(node.diskFreeBytes);
}

export const isBroker = ({ role }: KafkaNode): boolean => role !== 'controller';
export const isController = ({ role }: KafkaNode): boolean => role !== 'broker';

/** `controller, leads`, `broker, controller, votes`. */
export function roleInWords(node: KafkaNode): string {
  if (node.leadsControllers) return `${node.role}, leads the controllers`;
  if (node.votes === false) return `${node.role}, does not vote`;
  return node.role;
}

export function countOr(count: number | null): string {
  return count === null ? '–' : count.toLocaleString('en-US');
}
