import { describe, expect, it } from 'vitest';
import { actorInWords } from './actor';

describe('who asked', () => {
  it('is named as it was then', () => {
    expect(actorInWords({ type: 'token', id: 'tok_1', name: 'ci' })).toBe('Token ci');
    expect(actorInWords({ type: 'user', id: 'tok_1', name: 'ana' })).toBe('ana');
    expect(actorInWords({ type: 'schedule', id: 'sch_1', name: 'nightly' })).toBe('Schedule nightly');
  });

  it('may be Ashlar itself, or nobody who was kept', () => {
    expect(actorInWords({ type: 'healing', id: null, name: null })).toBe('Ashlar, healing');
    expect(actorInWords(null)).toBe('Unknown');
  });
});
