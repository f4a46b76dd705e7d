/** The last value that is known, of values over time. */
export function latestOf(values: ArrayLike<number | null | undefined>): number | null {
  for (let at = values.length - 1; at >= 0; --at) {
    const value = values[at];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
