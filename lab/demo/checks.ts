/** Holds what the server said against what is known of the footage. Pure. */
import type { Decision } from '../../src/domain/scores/decision.js';
import { compareTo, scorePresence, togetherBounds, type PersonTruth, type Timeline } from '../measures/presence.js';
import type { Findings } from './ask.js';

/** An identity's time must agree with its person's this well. */
const LEAST_IOU = 0.85;

/** One line of the report. */
export interface Check {
  what: string;
  figure: string;
  ok: boolean;
}

/** One person as the truth knows her and the server found her. */
export interface PersonRow {
  person: string;
  /** Nearest to this person's still; null for no match. */
  identity: string | null;
  decision: Decision;
  score: number;
  true_s: number;
  missed_s: number;
  extra_s: number;
  iou: number;
}

export interface Report {
  rows: PersonRow[];
  checks: Check[];
}

/** Everyone who is surely in the footage, longest first, and what must hold. */
export function checkFindings(findings: Findings, truth: { people: readonly PersonTruth[]; ignore: Timeline }): Report {
  const appearancesOf = new Map(findings.identities.map((i) => [i.id, i.appearances]));
  const sure = truth.people.filter((person) => [...person.sure.values()].some((spans) => spans.length > 0));
  const rows = sure
    .map((person): PersonRow => {
      const search = findings.searches.find(({ still }) => still.person === person.id);
      const identity = search?.identity ?? null;
      return {
        person: person.id,
        identity,
        decision: search?.decision ?? 'no_match',
        score: search?.score ?? 0,
        ...compareTo(person, (identity !== null && appearancesOf.get(identity)) || new Map(), truth.ignore),
      };
    })
    .sort((p, q) => q.true_s - p.true_s);

  const { surplus, wrong_share } = scorePresence(truth.people, findings.identities, truth.ignore);
  const matched = rows.filter((row) => row.decision === 'match'),
    unsure = rows.filter((row) => row.decision !== 'match');
  const distinct = new Set(rows.flatMap((row) => row.identity ?? []));
  const worst = Math.min(...rows.map((row) => row.iou));
  const absent = findings.searches.filter(({ still }) => still.absent);
  const absentNo = absent.filter(({ decision }) => decision === 'no_match');
  const together = checkTogether(findings, rows, sure);
  return {
    rows,
    checks: [
      {
        what: 'everyone is found by a still',
        figure: [
          `${matched.length} of ${rows.length} people`,
          ...unsure.map((row) => `${row.person}: ${row.decision} at ${row.score.toFixed(2)}`),
        ].join('; '),
        ok: unsure.length === 0,
      },
      {
        what: 'each as one identity of their own',
        figure: `${distinct.size} identities for ${rows.length} people`,
        ok: distinct.size === rows.length,
      },
      {
        what: 'nobody is invented or split',
        figure: surplus.length
          ? surplus.map((s) => `${s.identity} ${s.seconds.toFixed(1)} s`).join(', ')
          : 'no surplus identity',
        ok: surplus.length === 0,
      },
      {
        what: `time on screen agrees, IoU ≥ ${LEAST_IOU}`,
        figure: `worst ${worst.toFixed(2)}; ${(100 * wrong_share).toFixed(1)} % of seconds wrong`,
        ok: worst >= LEAST_IOU,
      },
      {
        what: 'who is in no clip is not found',
        figure: `${absentNo.length} of ${absent.length} stills: no_match`,
        ok: absent.length > 0 && absentNo.length === absent.length,
      },
      { what: 'time together agrees', figure: together.figure, ok: together.ok },
    ],
  };
}

/** Every pair's seconds against what the truth allows, give or take one sampling step an interval. */
function checkTogether(
  findings: Findings,
  rows: readonly PersonRow[],
  people: readonly PersonTruth[],
): { figure: string; ok: boolean } {
  const step = 1 / Math.min(...findings.videos.map((v) => v.sample_fps));
  const truthOf = new Map(people.map((person) => [person.id, person]));
  const off: string[] = [];
  let checked = 0;
  for (const [i, p] of rows.entries()) {
    for (const q of rows.slice(i + 1)) {
      const a = truthOf.get(p.person),
        b = truthOf.get(q.person);
      if (!a || !b || p.identity === null || q.identity === null) continue;
      checked++;
      const pair = findings.pairs.find(
        (x) => (x.a === p.identity && x.b === q.identity) || (x.a === q.identity && x.b === p.identity),
      );
      const { least_s, most_s } = togetherBounds(a, b);
      const seconds = pair?.seconds ?? 0,
        slack = step * Math.max(1, pair?.times ?? 0) + 1e-6;
      if (seconds < least_s - slack || seconds > most_s + slack)
        off.push(`${p.person} + ${q.person} ${seconds.toFixed(2)} s, not ${least_s.toFixed(2)}–${most_s.toFixed(2)}`);
    }
  }
  return {
    figure: off.length ? off.join('; ') : `${checked} pairs within a sampling step an interval`,
    ok: checked > 0 && off.length === 0,
  };
}
