/** Which questions would put most right. Nothing is read whole: what is kept is as much as the best questions take. */
import { chunks } from '../../domain/chunks.js';
import { readEditLog } from '../../domain/edits/edit-log.js';
import { replayEdits } from '../../domain/edits/edits.js';
import type { Reader } from '../../store/api.js';
import type { Suggestion } from '../answers/suggestions.js';
import { joinRule } from '../people/group-tracks.js';
import type { WorkContext } from '../progress.js';
import type { Resources } from '../resources.js';
import { alikePeople } from './alike-people.js';
import { alikeInWords } from './alike-in-words.js';
import type { AlikeQuestion, Asking } from './asking.js';
import { BestQuestions } from './best-questions.js';
import { CloserLook } from './closer-look.js';
import { photoQuestions } from './photo-questions.js';
import { RankedPeople } from './ranked-people.js';
import { splitQuestions } from './split-questions.js';

/** Questions that are offered at most. */
const MOST = 200;
/** Pairs of people that are looked at closer at once. */
const PAIRS = 32;
/** Share of the work that comparing people is. */
const COMPARING = 0.7;

/** As it usually is, but for tests: how many questions, people of a block and tracks at once. */
export interface Portions {
  most?: number;
  people?: number;
  tracks?: number;
}

/**
 * Best first. A pair that edits keep apart, or that is on screen together, is not asked about, nor a part that an edit
 * holds where it is.
 */
export async function suggestions(
  library: Reader,
  resources: Pick<Resources, 'pipeline' | 'calibration'>,
  { signal, onProgress }: WorkContext = {},
  { most = MOST, ...portions }: Portions = {},
): Promise<readonly Suggestion[]> {
  const edits = replayEdits(readEditLog(await library.edits(signal)));
  // What tracks may overlap is for grouping: here they are in the light that the library keeps.
  const rule = joinRule(await resources.calibration(), 0);
  const asking: Asking = {
    library,
    people: await RankedPeople.read(library, edits, signal),
    edits,
    evidence: rule.evidence,
    compare: await resources.pipeline(),
    best: new BestQuestions<AlikeQuestion | Suggestion>(most),
    signal,
  };
  const told = (stage: string, from: number, to: number) => (share: number) =>
    onProgress?.({ fraction: from + (to - from) * share, stage, eta_s: null });
  const closer = await CloserLook.at(asking);
  await mergeQuestions(asking, closer, told('comparing people', 0, COMPARING), portions.people);
  await splitQuestions(asking, told('looking for two in one', COMPARING, 1), portions.tracks);
  await photoQuestions(asking, closer, rule);
  return alikeInWords(asking);
}

async function mergeQuestions(
  asking: Asking,
  closer: CloserLook,
  done: (share: number) => void,
  block?: number,
): Promise<void> {
  const { best } = asking;
  for await (const alike of alikePeople(asking, () => best.least, done, block))
    for (const some of chunks(alike, PAIRS)) {
      // What comes after it gains less.
      if ((some[0]?.most ?? 0) < best.least) break;
      for (const question of await closer.look(some)) best.add(question);
    }
}
