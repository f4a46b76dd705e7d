import type { OperationEvent } from '../types';
import type { OutputGrowth } from './operation-feed';
import { SseParser } from './sse';

/** The server says something at least every 15 s; a connection that is silent for longer is dead, whatever the
 *  network believes. */
const longestSilenceMs = 40_000;

/**
 * The events of an operation that follow `after`, as they happen, and when a step has said more, until the server
 * ends the stream. Read with `fetch`
 * rather than `EventSource`, which does not notice a stream that has fallen silent, gives up for good where a proxy
 * answers for a server that restarts, and hears only event types that it was told of.
 */
export async function streamEvents(
  operationId: string,
  after: number,
  take: (news: OperationEvent | OutputGrowth) => void,
  signal: AbortSignal,
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), longestSilenceMs);
  try {
    const answer = await fetch(
      `/api/operations/${encodeURIComponent(operationId)}/events/stream?output=true`,
      {
        headers: { Accept: 'text/event-stream', 'Last-Event-ID': String(after) },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: AbortSignal.any([signal, silence.signal]),
      },
    );
    if (!answer.ok || !answer.body) throw new Error(`the stream was refused: ${answer.status}`);
    const parser = new SseParser();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), longestSilenceMs);
      for (const message of parser.push(value)) {
        take(JSON.parse(message.data) as OperationEvent | OutputGrowth);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}
