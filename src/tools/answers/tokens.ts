/**
 * What an answer costs a model, estimated without a tokenizer: never less than OpenAI's o200k counts for answers as
 * tools make them, and seldom more than a third above it (test/tools/tokens.test.ts holds it against the real one).
 */

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

/** Runs that tokenizers don't cross: letters, up to three digits, spaces, anything else; and an id's body. */
const LETTER = 1,
  DIGIT = 2,
  SPACE = 3,
  OTHER = 4;
const ID_LENGTH = 26,
  NUMBER_LENGTH = 3,
  WORD_TOKEN = 4;
const [FIRST_PRINTED, LAST_PRINTED, LAST_ASCII] = [0x21, 0x7e, 0x7f];

const kindOf = (letter: string): number =>
  /\p{L}/u.test(letter) ? LETTER : /\d/.test(letter) ? DIGIT : /\s/.test(letter) ? SPACE : OTHER;
const KINDS = Uint8Array.from({ length: LAST_ASCII + 1 }, (_, code) => kindOf(String.fromCharCode(code)));
const OF_IDS = Uint8Array.from({ length: LAST_ASCII + 1 }, (_, code) =>
  Number(/[a-z2-7]/.test(String.fromCharCode(code))),
);

/** Tokens of a text, or of what JSON makes of a value. */
export function tokensOf(value: unknown): number {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  let tokens = 0;
  // An answer is measured several times until it fits: letter by letter takes a third of what patterns do.
  for (let from = 0; from < text.length; ) {
    if (isIdAt(text, from)) {
      tokens += ID;
      from += ID_LENGTH;
      continue;
    }
    const kind = kindAt(text, from),
      most = kind === DIGIT ? from + NUMBER_LENGTH : text.length;
    let isPrinted = true,
      end = from;
    do {
      const code = text.charCodeAt(end);
      isPrinted &&= code >= FIRST_PRINTED && code <= LAST_PRINTED;
      end += code > LAST_ASCII && (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
    } while (end < most && kindAt(text, end) === kind);
    tokens += costOf(text, from, end, kind, isPrinted);
    from = end;
  }
  return tokens;
}

function kindAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code <= LAST_ASCII ? (KINDS[code] ?? OTHER) : kindOf(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

function isIdAt(text: string, from: number): boolean {
  for (let at = from; at < from + ID_LENGTH; at++) if (OF_IDS[text.charCodeAt(at)] !== 1) return false;
  return true;
}

/** @param isPrinted whether it is printed ASCII alone */
function costOf(text: string, from: number, end: number, kind: number, isPrinted: boolean): number {
  const length = end - from;
  if (kind === DIGIT) return 1;
  if (kind === SPACE) return length > 1 || text[from] === '\n' ? 1 : 0.5;
  if (!isPrinted) return Math.max(1, Math.ceil(Buffer.byteLength(text.slice(from, end)) / 2));
  if (kind === LETTER) return OWN.has(text.slice(from, end)) ? 1 : Math.ceil(length / WORD_TOKEN);
  return length <= 3 ? 1 : Math.ceil(length / 2);
}
