import { beforeEach, expect, test } from 'vitest';
import { makeEvent, makeOperation, makeStep } from '../../testing/operations';
import { problemOfAnswer, problemOfSilence } from '../problem';
import type { EventPage, OperationDetail, OperationEvent } from '../types';
import { OperationFeed, type FeedClock, type FeedSource, type OutputGrowth } from './operation-feed';

/** A server with one operation, whose stream a test feeds, cuts or refuses. */
class FakeServer implements FeedSource {
  operation: OperationDetail = makeOperation([makeStep('a'), makeStep('b', ['a'])]);
  history: OperationEvent[] = [];
  down = false;
  refusesStreams = false;
  streamsFrom: number[] = [];
  private end: (() => void) | null = null;
  private cut: ((reason: Error) => void) | null = null;
  private take: ((news: OperationEvent | OutputGrowth) => void) | null = null;

  readOperation = (): Promise<OperationDetail> =>
    this.down ? Promise.reject(problemOfSilence('refused')) : Promise.resolve(this.operation);

  readEvents = (after: number): Promise<EventPage> => {
    if (this.down) return Promise.reject(problemOfSilence('refused'));
    const items = this.history.filter((event) => event.number > after).slice(0, 2);
    const complete = this.operation.final && items.length < 2;
    return Promise.resolve({
      items,
      next: complete ? null : (items.at(-1)?.number ?? after),
      operation: this.operation,
    });
  };

  stream = (after: number, take: (news: OperationEvent | OutputGrowth) => void): Promise<void> => {
    this.streamsFrom.push(after);
    if (this.down || this.refusesStreams) return Promise.reject(new Error('no stream'));
    this.take = take;
    return new Promise((resolve, reject) => {
      this.end = resolve;
      this.cut = reject;
    });
  };

  happens(...events: OperationEvent[]): void {
    this.history.push(...events);
    for (const event of events) this.take?.(event);
  }
  says(stepId: string, outputBytes: number): void {
    this.take?.({ stepId, outputBytes });
  }
  endStream(): void {
    this.take = null;
    this.end?.();
  }
  cutStream(): void {
    this.take = null;
    this.cut?.(new Error('cut'));
  }
}

/** Time that moves when a test says so. */
class ManualClock implements FeedClock {
  private time = 0;
  private waiting: { at: number; wake: () => void }[] = [];
  frames: (() => void)[] = [];

  now = () => this.time;
  sleep = (milliseconds: number) =>
    new Promise<void>((wake) => this.waiting.push({ at: this.time + milliseconds, wake }));
  nextFrame = (callback: () => void) => void this.frames.push(callback);

  drawFrame(): void {
    for (const frame of this.frames.splice(0)) frame();
  }
  async pass(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    const due = this.waiting.filter(({ at }) => at <= this.time);
    this.waiting = this.waiting.filter(({ at }) => at > this.time);
    for (const { wake } of due) wake();
    await settle();
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

let server: FakeServer;
let clock: ManualClock;
let feed: OperationFeed;

beforeEach(() => {
  server = new FakeServer();
  clock = new ManualClock();
  feed = new OperationFeed(server, clock);
});

const numbers = () => feed.getState().events.map((event) => event.number);

test('reads history page by page, then streams what follows it', async () => {
  server.history = [1, 2, 3].map((number) => makeEvent(number, 'step.log', 'a'));
  feed.start();
  await settle();
  expect(numbers()).toEqual([1, 2, 3]);
  expect(server.streamsFrom).toEqual([3]);
  expect(feed.getState().connection).toBe('live');
});

test('a hundred events are one change of what is shown', async () => {
  feed.start();
  await settle();
  let changes = 0;
  const before = feed.getState().operation;
  server.happens(makeEvent(1, 'step.started', 'a'));
  for (let number = 2; number <= 101; number++)
    server.happens(makeEvent(number, 'step.waiting', 'a', `${number}`));
  feed.subscribe(() => changes++);
  expect(feed.getState().operation).toBe(before);
  expect(clock.frames).toHaveLength(1);
  clock.drawFrame();
  expect(changes).toBe(1);
  expect(feed.getState().operation?.steps[0]).toMatchObject({ state: 'waiting', because: '101' });
  expect(numbers()).toHaveLength(101);
});

test('a stream that is cut is resumed after the last event, and none is taken twice', async () => {
  feed.start();
  await settle();
  server.happens(makeEvent(1, 'step.started', 'a'), makeEvent(2, 'step.done', 'a'));
  server.cutStream();
  server.happens(makeEvent(3, 'step.started', 'b'));
  await settle();
  await clock.pass(2000);
  expect(server.streamsFrom).toEqual([0, 3]);
  server.happens(makeEvent(3, 'step.started', 'b'), makeEvent(4, 'step.done', 'b'));
  clock.drawFrame();
  expect(numbers()).toEqual([1, 2, 3, 4]);
});

test('polls where streams are refused, and tries them again later', async () => {
  server.refusesStreams = true;
  feed.start();
  await settle();
  server.happens(makeEvent(1, 'step.started', 'a'));
  await clock.pass(2000);
  expect(feed.getState().connection).toBe('polling');
  expect(numbers()).toEqual([1]);
  expect(server.streamsFrom).toEqual([0]);
  server.refusesStreams = false;
  for (let i = 0; i < 8; i++) await clock.pass(2000);
  expect(server.streamsFrom).toEqual([0, 1]);
  expect(feed.getState().connection).toBe('live');
});

test('says that the server is away, and goes on when it is back', async () => {
  feed.start();
  await settle();
  server.down = true;
  server.cutStream();
  await settle();
  await clock.pass(2000);
  expect(feed.getState().connection).toBe('lost');
  expect(feed.getState().operation).not.toBeNull();
  server.down = false;
  server.history = [makeEvent(1, 'operation.resumed', null)];
  await clock.pass(1000);
  await clock.pass(16_000);
  expect(feed.getState().connection).toBe('live');
  expect(numbers()).toEqual([1]);
});

test('ends with the operation, and begins again when it is retried', async () => {
  server.history = [makeEvent(1, 'operation.failed', null)];
  server.operation = makeOperation([makeStep('a')], { state: 'failed', final: true });
  feed.start();
  await settle();
  expect(feed.getState().connection).toBe('over');
  expect(server.streamsFrom).toEqual([]);
  server.operation = makeOperation([makeStep('a')], { state: 'running' });
  feed.start();
  await settle();
  expect(feed.getState().connection).toBe('live');
  expect(server.streamsFrom).toEqual([1]);
});

test('what events do not say is read soon after them', async () => {
  feed.start();
  await settle();
  server.happens(makeEvent(1, 'step.started', 'a'));
  clock.drawFrame();
  server.operation = makeOperation([makeStep('a', [], { state: 'running', attempts: 3 })]);
  await clock.pass(1500);
  expect(feed.getState().operation?.steps[0]?.attempts).toBe(3);
});

test.each([401, 403, 404])('gives up at %d and says why', async (status) => {
  server.readOperation = () => Promise.reject(problemOfAnswer(status, null));
  feed.start();
  await settle();
  expect(feed.getState().problem?.status).toBe(status);
  await clock.pass(60_000);
  expect(server.streamsFrom).toEqual([]);
});

test('stops when it is told to', async () => {
  feed.start();
  await settle();
  feed.stop();
  server.endStream();
  await settle();
  await clock.pass(60_000);
  expect(server.streamsFrom).toEqual([0]);
});

test('a step that has said more is known to have, without a line in the history', async () => {
  feed.start();
  await settle();
  const { events } = feed.getState();
  server.says('st_b', 120);
  expect(feed.getState().operation?.steps.map((step) => step.outputBytes)).toEqual([0, 120]);
  server.says('st_b', 60);
  server.says('st_of_nobody', 60);
  expect(feed.getState().operation?.steps.map((step) => step.outputBytes)).toEqual([0, 120]);
  expect(feed.getState().events).toEqual(events);
});
