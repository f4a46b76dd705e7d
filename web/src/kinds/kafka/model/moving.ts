// How fast replicas move from broker to broker. Pure.

const bytesOfMegabyte = 1_000_000;

/** What the server takes when nothing is said. */
export const usualMegabytes = 50;
/** The most that the server takes: 2^40 bytes a second. */
export const mostMegabytes = 1_099_511;

export const megabytesOf = (bytes: number): number => bytes / bytesOfMegabyte;
export const bytesOf = (megabytes: number): number => Math.round(megabytes * bytesOfMegabyte);

export function boundInWords(bytesPerSecond: number): string {
  if (bytesPerSecond === 0) return 'as fast as the machines can';
  const megabytes = megabytesOf(bytesPerSecond).toLocaleString('en-US');
  return `with at most ${megabytes} MB a second of each broker`;
}
