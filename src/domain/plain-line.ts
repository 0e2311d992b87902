/** Names and titles come from disks and people: made fit to stand in one line, in a picture's label or a list. */

/**
 * The same text in one line: what would break it, or turn the direction of reading, is a space or gone. So a file's
 * name or a person's can't pass for a line of an answer.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Zl}\p{Zp}\p{Cc}]+/gu, ' ')
    .trim();
}

/**
 * One line of printable text: what breaks lines, hides, or turns the direction of reading is a space or gone; lone
 * surrogates are replaced. Longer than `most` characters as a reader counts them, it ends in "…".
 */
export function plainLine(text: string, most = 120): string {
  const line = text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .replace(/[\p{Zl}\p{Zp}\p{Cc}\s]+/gu, ' ')
    .trim();
  return shortened(line, most);
}

/** The first characters as a reader counts them, "…" in the place of the rest. */
export function shortened(text: string, most: number): string {
  const seen = [...new Intl.Segmenter().segment(text.slice(0, 40 * most))].map((s) => s.segment);
  return seen.length <= most && text.length <= 40 * most ? text : `${seen.slice(0, Math.max(0, most - 1)).join('')}…`;
}
