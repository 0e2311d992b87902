/** Whether a text names somebody, and the text without the name. Whole words only: "Al" is not in "calibration". */

/** Stands where a name stood. */
export const FORGOTTEN = '(forgotten)';

/** Case makes no difference. @returns null when there are no names */
function pattern(names: readonly string[]): RegExp | null {
  const all = names.map((name) => name.trim()).filter((name) => name !== '');
  if (all.length === 0) return null;
  // The longest first: "Ada" is part of "Ada Lovelace".
  const words = all.sort((a, b) => b.length - a.length).map((name) => escaped(name));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

export function mentionsName(text: string, names: readonly string[]): boolean {
  return pattern(names)?.test(text) ?? false;
}

/** Each name replaced. */
export function withoutNames(text: string, names: readonly string[]): string {
  const found = pattern(names);
  return found ? text.replace(found, FORGOTTEN) : text;
}
