import { problemOf } from '../problem';
import type { EventPage, OperationDetail, OperationEvent, Problem } from '../types';
import { applyEvents } from './apply-events';

/** That a step has said more: it is no event of the history, and what was said is read where it is shown. */
export interface OutputGrowth {
  stepId: string;
  outputBytes: number;
}

/** Where a feed reads. Each fails with a `Problem`, or with whatever the network says. */
export interface FeedSource {
  readOperation: () => Promise<OperationDetail>;
  readEvents: (after: number) => Promise<EventPage>;
  /** Ends when the server ends the stream; fails when it cannot be had, falls silent or is cut. */
  stream: (
    after: number,
    take: (news: OperationEvent | OutputGrowth) => void,
    signal: AbortSignal,
  ) => Promise<void>;
}

export interface FeedClock {
  now: () => number;
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Calls back before the next picture is drawn, or soon when nothing is drawn. */
  nextFrame: (callback: () => void) => void;
}

/** `live`: events come as they happen. `polling`: streams are not to be had, events come every two seconds.
 *  `lost`: the server does not answer; what is shown may be old. `over`: nothing more will come. */
export type Connection = 'connecting' | 'live' | 'polling' | 'lost' | 'over';

export interface FeedState {
  operation: OperationDetail | null;
  /** The history so far, oldest first, and no more than `mostEvents` of it. */
  events: readonly OperationEvent[];
  connection: Connection;
  /** Why it cannot be followed: signed out, no permission, no such operation. */
  problem: Problem | null;
}

export const mostEvents = 5000;
const pollMs = 2000;
const streamAgainMs = 15_000;
const refreshMs = 1500;
const longestBackoffMs = 5000;

/**
 * Follows one operation until it is over, through lost connections and restarts of the server.
 *
 * History is read first, then the operation, which is newer than all of that history; then the stream brings what
 * follows. A lost stream is resumed after the last event that was seen, by the same three steps, so nothing is
 * missed or taken twice. Where streams cannot be had, the first two steps by themselves are polling.
 *
 * Events are applied once a frame, however many come: at 100 a second the page is drawn no more often than it can be.
 */
export class OperationFeed {
  private state: FeedState = { operation: null, events: [], connection: 'connecting', problem: null };
  private readonly listeners = new Set<() => void>();
  private running: AbortController | null = null;
  private queue: OperationEvent[] = [];
  private frameAsked = false;
  private refreshAsked = false;
  private last = 0;

  constructor(
    private readonly source: FeedSource,
    private readonly clock: FeedClock,
  ) {}

  readonly getState = (): FeedState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Begins, or begins again: an operation that was over goes on when someone retries it. */
  start(): void {
    this.stop();
    this.running = new AbortController();
    this.set({ connection: 'connecting', problem: null });
    void this.run(this.running.signal);
  }

  stop(): void {
    this.running?.abort();
    this.running = null;
  }

  private async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let streamAgainAt = 0;
    const stopped = () => signal.aborted;
    while (!stopped()) {
      try {
        if (await this.readAll(signal)) return;
        failures = 0;
      } catch (error) {
        if (stopped() || this.isHopeless(error)) return;
        this.set({ connection: 'lost' });
        await this.clock.sleep(Math.min(1000 * 2 ** failures++, longestBackoffMs), signal);
        continue;
      }
      if (this.clock.now() >= streamAgainAt) {
        if (!(await this.follow(signal))) streamAgainAt = this.clock.now() + streamAgainMs;
      } else {
        this.set({ connection: 'polling' });
      }
      await this.clock.sleep(pollMs, signal);
    }
  }

  /** True when nothing more will come. */
  private async readAll(signal: AbortSignal): Promise<boolean> {
    const complete = await this.readHistory(signal);
    const operation = await this.source.readOperation();
    if (signal.aborted) return true;
    const over = complete && operation.final;
    this.set({ operation, ...(over ? { connection: 'over' as const } : {}) });
    return over;
  }

  private async readHistory(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const page = await this.source.readEvents(this.last);
      if (signal.aborted) return false;
      this.append(page.items);
      if (page.next === null) return true;
      if (page.items.length === 0) return false;
    }
  }

  /** False when the stream could not be had or was cut. */
  private async follow(signal: AbortSignal): Promise<boolean> {
    const before = this.last;
    let cut = false;
    try {
      this.set({ connection: 'live' });
      await this.source.stream(this.last, (news) => this.take(news), signal);
    } catch {
      cut = true;
    }
    this.flush();
    // One that brought something before it was cut may be had again at once.
    return !cut || this.last > before;
  }

  private take(event: OperationEvent | OutputGrowth): void {
    if ('outputBytes' in event) {
      this.grow(event);
      return;
    }
    if (event.number <= (this.queue.at(-1)?.number ?? this.last)) return;
    this.queue.push(event);
    if (this.frameAsked) return;
    this.frameAsked = true;
    this.clock.nextFrame(() => {
      this.frameAsked = false;
      this.flush();
    });
  }

  private grow({ stepId, outputBytes }: OutputGrowth): void {
    const { operation } = this.state;
    if (!operation?.steps.some((step) => step.id === stepId && step.outputBytes < outputBytes)) return;
    const steps = operation.steps.map((step) => (step.id === stepId ? { ...step, outputBytes } : step));
    this.set({ operation: { ...operation, steps } });
  }

  private flush(): void {
    const events = this.queue;
    if (events.length === 0) return;
    this.queue = [];
    const { operation } = this.state;
    this.append(events, operation === null ? {} : { operation: applyEvents(operation, events) });
    this.refreshSoon();
  }

  /** Events do not say all: attempts, outputs and deadlines are read with the operation, once a burst. */
  private refreshSoon(): void {
    const signal = this.running?.signal;
    if (this.refreshAsked || signal === undefined) return;
    this.refreshAsked = true;
    void this.clock
      .sleep(refreshMs, signal)
      .then(async () => {
        this.refreshAsked = false;
        const operation = await this.source.readOperation();
        if (!signal.aborted) this.set({ operation });
      })
      .catch(() => undefined); // the stream's end says what is wrong
  }

  private append(events: readonly OperationEvent[], change: Partial<FeedState> = {}): void {
    const fresh = events.filter((event) => event.number > this.last);
    if (fresh.length === 0) return;
    this.last = fresh.at(-1)?.number ?? this.last;
    this.set({ ...change, events: [...this.state.events, ...fresh].slice(-mostEvents) });
  }

  private isHopeless(error: unknown): boolean {
    const problem = problemOf(error);
    const hopeless = [401, 403, 404].includes(problem.status);
    if (hopeless) this.set({ problem });
    return hopeless;
  }

  private set(change: Partial<FeedState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}
