/** One server-sent event. */
export interface SseMessage {
  id: string;
  event: string;
  data: string;
}

/** Takes a stream of server-sent events in whatever pieces it arrives and gives the events that are complete.
 *  What comes after the last empty line waits for the next piece. */
export class SseParser {
  private rest = '';

  push(text: string): SseMessage[] {
    // A carriage return at the end may be half of a line's end.
    const all = this.rest + text;
    const usable = all.endsWith('\r') ? all.slice(0, -1) : all;
    const held = all.slice(usable.length);
    const blocks = usable.replace(/\r\n?/g, '\n').split('\n\n');
    this.rest = (blocks.pop() ?? '') + held;
    return blocks.flatMap(messageOf);
  }
}

function messageOf(block: string): SseMessage[] {
  const message: SseMessage = { id: '', event: 'message', data: '' };
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'id') message.id = value;
    else if (field === 'event') message.event = value;
  }
  // Comments, and `retry`, come in blocks without data.
  return data.length === 0 ? [] : [{ ...message, data: data.join('\n') }];
}
