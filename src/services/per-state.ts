/** What is made of a state of the library, kept as long as that state is the library's. */
import type { Library, Reader } from '../store/api.js';

/**
 * @param make is asked again when the library's state is another, by whichever process
 * @param keeps whether what was made may be kept
 */
export function perState<T>(
  library: () => Promise<Library>,
  make: (state: Reader, signal?: AbortSignal) => Promise<T>,
  keeps: (made: T) => boolean = () => true,
): (signal?: AbortSignal) => Promise<T> {
  let kept: { state: Reader; made: T } | null = null;
  return async (signal) => {
    const state = await (await library()).snapshot();
    if (kept?.state === state) return kept.made;
    const made = await make(state, signal);
    kept = keeps(made) ? { state, made } : null;
    return made;
  };
}
