import { expect, test } from 'vitest';
import { SseParser } from './sse';

const stream =
  'retry: 1000\n\nid: 1\nevent: step.started\ndata: {"a":1}\n\n: still here\n\nid: 2\nevent: step.done\ndata: one\ndata: two\n\n';

const wanted = [
  { id: '1', event: 'step.started', data: '{"a":1}' },
  { id: '2', event: 'step.done', data: 'one\ntwo' },
];

test('gives events, not comments', () => {
  expect(new SseParser().push(stream)).toEqual(wanted);
});

test.each(['\n', '\r\n', '\r'])('does not care where the stream is cut, with lines that end in %j', (end) => {
  const text = stream.replaceAll('\n', end);
  for (let cut = 1; cut < text.length; cut++) {
    const parser = new SseParser();
    expect([
      ...parser.push(text.slice(0, cut)),
      ...parser.push(text.slice(cut)),
      ...parser.push('x'),
    ]).toEqual(wanted);
  }
});

test('holds back what is not complete', () => {
  const parser = new SseParser();
  expect(parser.push('id: 7\ndata: half')).toEqual([]);
  expect(parser.push('\n\n')).toEqual([{ id: '7', event: 'message', data: 'half' }]);
});
