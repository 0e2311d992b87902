/** What questions are made of. */
import type { Constraints } from '../../domain/edits/edits.js';
import type { JoinEvidence } from '../../domain/grouping/join-evidence.js';
import type { Question } from '../../domain/people/suggestions.js';
import type { Reader } from '../../store/api.js';
import type { Suggestion } from '../answers/suggestions.js';
import type { Comparer } from '../grouping/group-tracks.js';
import type { BestQuestions } from './best-questions.js';
import type { RankedPeople } from './ranked-people.js';

/** Whether two people are one, worth asking. */
export interface AlikeQuestion extends Question {
  kind: 'alike';
  identity_ids: readonly [string, string];
  /** How many each has. */
  tracks: readonly [number, number];
  /** Where they are in one picture all the same. */
  together: 'film' | 'photo' | null;
  /** In how many videos both are. */
  shared: number;
  /** Of each, the best tracks. */
  faces: readonly (readonly string[])[];
}

export interface Asking {
  library: Reader;
  people: RankedPeople;
  edits: Constraints;
  evidence: JoinEvidence;
  compare: Comparer;
  /** Found so far; whether two are one is put into words once it is known to be among them. */
  best: BestQuestions<AlikeQuestion | Suggestion>;
}
