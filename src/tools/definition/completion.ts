/** What may be meant by what a person has typed so far: names, titles and ids of the library. */
import { folded } from '../../domain/edits/loose-names.js';
import type { ToolHost } from './define-tool.js';

/** What is being typed. */
export type Completed = 'person' | 'video' | 'video_id';

/** The protocol's own limit for one answer. */
const MOST = 100;

export interface Completion {
  values: string[];
  total: number;
}

/**
 * People by name, or by id where they have none or an id is being typed; videos by title, or by id. What begins with
 * the text comes before what only holds it; case and accents make no difference.
 */
export async function complete(
  host: Pick<ToolHost, 'services'>,
  what: Completed,
  typed: string,
  signal?: AbortSignal,
): Promise<Completion> {
  const kind = what === 'person' ? 'identity' : 'video';
  const entries = await (await host.services()).browsing.entries(kind, signal);
  const text = folded(typed);
  const begins: string[] = [],
    holds: string[] = [];
  for (const entry of entries) {
    const name = folded(entry.name ?? '');
    const value = what === 'video_id' || entry.name === null ? entry.id : entry.name;
    if (name.startsWith(text)) begins.push(value);
    else if (entry.id.startsWith(text)) begins.push(entry.id);
    else if (name.includes(text)) holds.push(value);
  }
  const all = [...new Set([...begins, ...holds])];
  return { values: all.slice(0, MOST), total: all.length };
}
