/** What was thrown, which in JavaScript may be anything. */

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** What it says. */
export function saidBy(thrown: unknown): string {
  return asError(thrown).message;
}
