/**
 * What an answer costs a model, estimated without a tokenizer: never less than OpenAI's o200k counts for answers as
 * tools make them, and seldom more than a third above it (test/tools/tokens.test.ts holds it against the real one).
 */

/** Runs that tokenizers don't cross: an id's body, a word, up to three digits, spaces, anything else. */
const RUNS = /[a-z2-7]{26}|\p{L}+|\d{1,3}|\s+|[^\p{L}\d\s]+/gu;
/** 128 random bits in base32: 18 on average, 23 at most in 3,000. */
const ID = 21;
/** Words of the answers' own fields and sentences, which are one token each. */
const OWN = new Set(
  [
    'identity identities video videos track tracks appearances appearance seconds screen intervals start end',
    'total totals score threshold margin decision estimated name names people pairs groups times jaccard cursor',
    'coverage decoded faces quality candidates match ambiguous reasons calibration library state progress source',
    'title query together looked enough compare second minutes hint next steps action edit moved appeared vanished',
    'label labels warnings duration indexed running cancelled balanced points event created history needed impostor',
  ].flatMap((line) => line.split(' ')),
);

const SPACE = 0x20,
  NEWLINE = 0x0a,
  ZERO = 0x30,
  NINE = 0x39,
  A = 0x41,
  TILDE = 0x7e;

/** Tokens of a text, or of what JSON makes of a value. */
export function tokensOf(value: unknown): number {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  let tokens = 0;
  // An answer is measured several times until it fits: looking at letters takes half as long as patterns do.
  for (const run of text.match(RUNS) ?? []) tokens += cost(run);
  return tokens;
}

function cost(run: string): number {
  const first = run.charCodeAt(0);
  if (run.length === 26 && /^[a-z2-7]+$/.test(run)) return ID;
  if (first >= ZERO && first <= NINE) return 1;
  if (!isPrinted(run)) {
    if (/^\s/.test(run)) return run.length > 1 || first === NEWLINE ? 1 : 0.5;
    return Math.max(1, Math.ceil(Buffer.byteLength(run) / 2));
  }
  if (first >= A && /^[a-z]/i.test(run)) return OWN.has(run) ? 1 : Math.ceil(run.length / 4);
  return run.length <= 3 ? 1 : Math.ceil(run.length / 2);
}

/** Whether a run has printed ASCII alone. */
function isPrinted(run: string): boolean {
  for (let at = 0; at < run.length; at++) {
    const code = run.charCodeAt(at);
    if (code <= SPACE || code > TILDE) return false;
  }
  return true;
}
