/** Orders that are the same on every machine: pages of one listing may be asked of several. */

/** By code units: ids and ISO times. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As a reader looks names and titles up, in no language of the system's. */
export const byName: (a: string, b: string) => number = new Intl.Collator('en').compare;

/** By name, whoever has none last. */
export function namedFirst(a: { name: string | null }, b: { name: string | null }): number {
  return Number(a.name === null) - Number(b.name === null) || byName(a.name ?? '', b.name ?? '');
}

/** The order in which videos are listed: by title, then id. */
export function byTitle(a: { title: string; video_id: string }, b: { title: string; video_id: string }): number {
  return byName(a.title, b.title) || byText(a.video_id, b.video_id);
}
