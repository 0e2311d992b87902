/** What was made for questions about one state, kept for the next page of it. */
import type { Facts } from './facts.js';

/**
 * @param most made for different questions at once; with one more the earliest goes
 * @returns what is made for a question about a state, the same as long as that state is the library's
 */
export function keptAnswers<T>(most: number): (facts: Facts, question: unknown, make: () => Promise<T>) => Promise<T> {
  const kept = new WeakMap<Facts, Map<string, Promise<T>>>();
  return (facts, question, make) => {
    const own = kept.get(facts) ?? new Map<string, Promise<T>>();
    kept.set(facts, own);
    const key = JSON.stringify(question);
    const held = own.get(key);
    if (held) return held;
    const made = make();
    own.set(key, made);
    // A failure is not remembered.
    made.catch(() => own.delete(key));
    for (const earlier of own.keys()) if (own.size > most) own.delete(earlier);
    return made;
  };
}
