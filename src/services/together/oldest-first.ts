/** Who of some people is the oldest, looked up of those whom an answer shows: of everybody it takes long. */
import type { Reader } from '../../store/api.js';
import { byText } from '../../domain/order.js';

/** How people are put in order: by created_at, then id. */
export type ByAge = (a: string, b: string) => number;

/** More of them are not looked up one by one. */
const MANY = 1000;

/** @returns how some people are put in order; those who were asked about before are not looked up again */
export function agesIn(source: Pick<Reader, 'ages'>): (identity_ids: readonly string[]) => Promise<ByAge> {
  const known = new Map<string, string>();
  return async (identity_ids) => {
    const missing = [...new Set(identity_ids)].filter((id) => !known.has(id));
    if (missing.length > 0) {
      const found = await source.ages(missing.length > MANY ? undefined : missing);
      for (const id of missing) known.set(id, found.get(id) ?? '');
    }
    return (a, b) => byText(known.get(a) ?? '', known.get(b) ?? '') || byText(a, b);
  };
}
