/** Best practice at a field. Hints never stand in the way: what must hold, the server says. */
export interface Hint {
  /** The field that it is shown at. */
  readonly path: string;
  readonly text: string;
}

export function hintAt(hints: readonly Hint[], path: string): string | undefined {
  const texts = hints.filter((hint) => hint.path === path).map((hint) => hint.text);
  return texts.length === 0 ? undefined : texts.join(' ');
}
