// What a user has chosen to see, in this browser. Preferences only: nothing of the server, no secret.

const storageKey = (key: string) => `ashlar.${key}`;

/** The stored choice when it is still one that this version knows. */
export function readPreference<Value>(
  key: string,
  isValue: (value: unknown) => value is Value,
  otherwise: Value,
): Value {
  try {
    const text = localStorage.getItem(storageKey(key));
    const value: unknown = text === null ? null : JSON.parse(text);
    return isValue(value) ? value : otherwise;
  } catch {
    return otherwise; // storage may be forbidden, or hold what an extension wrote
  }
}

export function writePreference(key: string, value: unknown): void {
  try {
    localStorage.setItem(storageKey(key), JSON.stringify(value));
  } catch {
    // A full or forbidden storage costs the preference, not the page.
  }
}
