// What comes from outside is doubted: each of these returns something that can be drawn.

/** Returns a value as a list; anything else is an empty one. */
export function list<T>(value: unknown): T[] {
  return Array.isArray(value) ? (value as T[]) : [];
}

/** Returns a value as trimmed words. */
export function words(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}

/** Returns a value as an object to read fields from. */
export function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
}
