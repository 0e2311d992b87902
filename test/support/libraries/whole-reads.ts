/** Which reads of a library ask for all of it. */
import type { Library, Reader } from '../../../src/store/api.js';

/** @returns the library, and the names of those reads that were asked of it, or of a state of it, as they come */
export function countingWhole(library: Library): { library: Library; whole: string[] } {
  const whole: string[] = [];
  const counted = <T extends Reader>(of: T): T =>
    new Proxy(of, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => {
          const [filter] = args;
          const isAll =
            name === 'identities' ||
            name === 'facesOfAll' ||
            name === 'videos' ||
            (isWide(name) && Object.keys(Object(filter) as object).length === 0);
          if (isAll) whole.push(String(name));
          const answer: unknown = Reflect.apply(value, target, args);
          return name === 'snapshot' ? Promise.resolve(answer as Promise<Reader>).then(counted) : answer;
        };
      },
    });
  return { library: counted(library), whole };
}

function isWide(name: string | symbol): boolean {
  return name === 'tracks' || name === 'vectors' || name === 'seen';
}
