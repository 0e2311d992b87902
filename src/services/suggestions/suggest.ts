/**
 * Which questions would put most right, of one state of the library. Nothing is read whole: what is kept is as much as
 * the best questions take. It is looked for step by step, where most may be gained first, while anybody waits for it.
 */
import { chunks } from '../../domain/chunks.js';
import { readEditLog } from '../../domain/edits/edit-log.js';
import { replayEdits } from '../../domain/edits/edits.js';
import type { Reader } from '../../store/api.js';
import type { Suggested, Suggestion, Uncompared } from '../answers/suggestions.js';
import { joinRule } from '../grouping/group-tracks.js';
import type { Progress, WorkContext } from '../progress.js';
import type { Resources } from '../resources.js';
import { SharedWork } from './shared-work.js';
import { AlikePeople } from './alike-people.js';
import { AlikeInWords } from './alike-in-words.js';
import type { AlikeQuestion, Asking } from './asking.js';
import { BestQuestions } from './best-questions.js';
import { CloserLook } from './closer-look.js';
import { photoQuestions } from './photo-questions.js';
import { RankedPeople } from './ranked-people.js';
import { SplitQuestions } from './split-questions.js';

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

/** How long somebody waits for questions. */
export interface Patience {
  /** Until those that were found by then will do; as long as it takes when left out. */
  within_ms?: number | undefined;
  /** Those that were found before will do, if it was begun. */
  asTheyStand?: boolean | undefined;
}

/** What is looked for, and how far it is. */
interface Search {
  asking: Asking;
  alike: AlikePeople;
  splits: SplitQuestions;
  words: AlikeInWords;
}

export class SuggestionSearch {
  readonly #work: SharedWork;
  #search: Search | null = null;

  constructor(
    private readonly library: Reader,
    private readonly resources: Pick<Resources, 'library' | 'pipeline' | 'calibration'>,
    private readonly portions: Portions = {},
  ) {
    this.#work = new SharedWork(
      () => this.#steps(),
      () => this.#search?.alike.rest(),
    );
  }

  /**
   * Best first. A pair that edits keep apart, or that is on screen together and not so alike that it may be one person
   * twice, is not asked about, nor a part that an edit holds where it is.
   */
  async ask(context: WorkContext = {}, { within_ms, asTheyStand = false }: Patience = {}): Promise<Suggested> {
    if (!(asTheyStand && this.#work.isBegun)) await this.#work.wait(context, within_ms);
    const uncompared = this.#uncompared();
    return { suggestions: (await this.#search?.words.of(context.signal)) ?? [], uncompared };
  }

  async *#steps(): AsyncGenerator<Progress, void> {
    this.#search = null;
    const asking = await this.#begin();
    const closer = await CloserLook.at(asking);
    const alike = new AlikePeople(asking, this.portions.people),
      splits = new SplitQuestions(asking, this.portions.tracks);
    this.#search = { asking, alike, splits, words: new AlikeInWords(asking) };
    yield progressOf(this.#search, 'comparing people');
    await photoQuestions(asking, closer, joinRule(await this.resources.calibration(), 0));
    // In turn: those of most tracks could put most right, but are seldom asked about.
    while (alike.most > 0 || splits.most > 0) {
      if (alike.most > 0) {
        await mergeQuestions(asking, closer, alike);
        yield progressOf(this.#search, 'comparing people');
      }
      if (splits.most > 0) {
        await splits.next();
        yield progressOf(this.#search, 'looking for two in one');
      }
    }
  }

  async #begin(): Promise<Asking> {
    const { library, resources } = this;
    // Thousands of tracks are looked up, which takes a third of the time once it is known where they lie.
    await (await resources.library()).holdTracks();
    const edits = replayEdits(readEditLog(await library.edits()));
    return {
      library,
      people: await RankedPeople.read(library, edits),
      edits,
      // What tracks may overlap is for grouping: here they are in the light that the library keeps.
      evidence: joinRule(await resources.calibration(), 0).evidence,
      compare: await resources.pipeline(),
      best: new BestQuestions<AlikeQuestion | Suggestion>(this.portions.most ?? MOST),
    };
  }

  /** What is left of it; null for nothing. */
  #uncompared(): Uncompared | null {
    if (this.#work.isDone) return null;
    if (!this.#search) return { people: 0, pairs: 0, looked: 0, worth: 0, most: null };
    const { asking, alike, splits } = this.#search;
    const most = Math.max(alike.most, splits.most);
    return { people: asking.people.size, pairs: alike.share, looked: splits.looked, worth: splits.worth, most };
  }
}

async function mergeQuestions({ best }: Asking, closer: CloserLook, alike: AlikePeople): Promise<void> {
  for (const some of chunks(await alike.next(), PAIRS)) {
    // What comes after it gains less.
    if ((some[0]?.most ?? 0) < best.least) break;
    for (const question of await closer.look(some)) best.add(question);
  }
}

function progressOf({ alike, splits }: Search, stage: string): Progress {
  const looked = splits.most === 0 ? 1 : splits.looked / splits.worth;
  return { fraction: COMPARING * alike.share + (1 - COMPARING) * looked, stage, eta_s: null };
}
