/** What is made of a state of the library, kept as long as that state is the library's. */
import type { Library, Reader } from '../store/api.js';

/** @returns what is made of the library's state now; `held` the same if it is kept already, of a given state. */
export interface PerState<T> {
  (signal?: AbortSignal): Promise<T>;
  held(state: Reader): T | null;
}

/**
 * @param make is asked again when the library's state is another, by whichever process
 * @param keeps whether what was made may be kept
 */
export function perState<T>(
  library: () => Promise<Library>,
  make: (state: Reader, signal?: AbortSignal) => Promise<T>,
  keeps: (made: T) => boolean = () => true,
): PerState<T> {
  let kept: { state: Reader; made: T } | null = null;
  const now = async (signal?: AbortSignal): Promise<T> => {
    const state = await (await library()).snapshot();
    if (kept?.state === state) return kept.made;
    const made = await make(state, signal);
    kept = keeps(made) ? { state, made } : null;
    return made;
  };
  return Object.assign(now, { held: (state: Reader) => (kept?.state === state ? kept.made : null) });
}
