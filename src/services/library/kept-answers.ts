/** What was made for questions about one state, kept for the next page of it. */

/**
 * @param most made for different questions at once; with one more the earliest goes
 * @returns what is made for a question about a state, or what was made of one: the same as long as that is there
 */
export function keptAnswers<T>(most: number): (about: object, question: unknown, make: () => Promise<T>) => Promise<T> {
  const kept = new WeakMap<object, Map<string, Promise<T>>>();
  return (about, question, make) => {
    const own = kept.get(about) ?? new Map<string, Promise<T>>();
    kept.set(about, own);
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
