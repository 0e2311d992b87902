/** Places in lists that are surely there. */

/**
 * What a list holds at a place. For arrays of numbers in long loops write `list[i] ?? 0`: one function that reads many
 * kinds of arrays is twenty times slower in V8.
 * @throws RangeError where the list doesn't reach
 */
export function at<T>(list: readonly T[], i: number): T {
  const found = list[i];
  if (found === undefined) throw new RangeError(`There is no ${i} in a list of ${list.length}.`);
  return found;
}
