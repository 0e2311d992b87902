import { describe, expect, it } from 'vitest';
import type { Findings, SearchedStill } from '../../../lab/demo/ask.js';
import { checkFindings } from '../../../lab/demo/checks.js';
import { reportText } from '../../../lab/demo/print-report.js';
import { timelineSvg } from '../../../lab/demo/timeline-svg.js';
import { personTruths } from '../../../lab/footage/person-truths.js';

const truth = personTruths({
  note: '',
  videos: {
    'v.mp4': {
      people: {
        ann: [[0, 4]],
        bea: [
          [2, 5],
          [5, 6, 'hard'],
        ],
        cat: [[0, 1, 'hard']],
      },
      cuts: [],
      ignore: [],
    },
  },
});
const on = (...spans: [number, number][]) =>
  new Map([['v.mp4', spans.map(([start_s, end_s]) => ({ start_s, end_s }))]]);
const search = (
  person: string,
  identity: string | null,
  decision: SearchedStill['decision'] = 'match',
  absent = false,
): SearchedStill => ({
  still: { person, file: '', absent },
  decision,
  identity,
  score: 0.5,
  threshold: 0.3,
  reasons: [],
});

const right: Findings = {
  videos: [{ name: 'v.mp4', video_id: 'video_1', duration_s: 6, sample_fps: 5, wall_s: 1 }],
  identities: [
    { id: 'A', seconds: 4, appearances: on([0, 4]), best: null },
    { id: 'B', seconds: 3.6, appearances: on([2, 5.6]), best: null },
  ],
  searches: [search('ann', 'A'), search('bea', 'B'), search('eve', null, 'no_match', true)],
  pairs: [{ a: 'B', b: 'A', seconds: 2.1, times: 1 }],
};
const failing = (findings: Findings) =>
  checkFindings(findings, truth)
    .checks.filter(({ ok }) => !ok)
    .map(({ what }) => what);

describe('checkFindings', () => {
  it('passes what is right, and does not ask for who is only ever hard', () => {
    expect(failing(right)).toEqual([]);
    expect(checkFindings(right, truth).rows.map((row) => [row.person, row.iou])).toEqual([
      ['ann', 1],
      ['bea', 1],
    ]);
  });

  it('fails two people found as one', () => {
    const merged = {
      ...right,
      identities: [{ id: 'A', seconds: 5.6, appearances: on([0, 5.6]), best: null }],
      searches: [search('ann', 'A'), search('bea', 'A'), search('eve', null, 'no_match', true)],
      pairs: [],
    };
    expect(failing(merged)).toEqual([
      'each as one identity of their own',
      'time on screen agrees, IoU ≥ 0.85',
      'time together agrees',
    ]);
  });

  it('fails a person split in two', () => {
    const split = {
      ...right,
      identities: [
        ...right.identities.slice(1),
        { id: 'A', seconds: 2, appearances: on([0, 2]), best: null },
        { id: 'C', seconds: 2, appearances: on([2, 4]), best: null },
      ],
      pairs: [],
    };
    expect(failing(split)).toEqual([
      'nobody is invented or split',
      'time on screen agrees, IoU ≥ 0.85',
      'time together agrees',
    ]);
  });

  it('fails a person nobody found, an unsure answer, and an absent one who was found', () => {
    expect(
      failing({
        ...right,
        searches: [search('ann', 'A', 'ambiguous'), search('bea', null, 'no_match'), search('eve', 'A', 'match', true)],
      }),
    ).toEqual([
      'everyone is found by a still',
      'each as one identity of their own',
      'time on screen agrees, IoU ≥ 0.85',
      'who is in no clip is not found',
      'time together agrees',
    ]);
  });

  it('allows a sampling step an interval in time together, and no more', () => {
    const together = (seconds: number) => failing({ ...right, pairs: [{ a: 'A', b: 'B', seconds, times: 1 }] });
    expect([together(1.85), together(2.15)]).toEqual([[], []]);
    expect([together(1.7), together(2.3)]).toEqual([['time together agrees'], ['time together agrees']]);
  });
});

describe('what is shown', () => {
  it('prints a line a check and names people instead of ids', () => {
    const text = reportText(right, checkFindings(right, truth));
    expect(text.match(/^PASS /gm)?.length).toBe(6);
    expect(text).toMatch(/bea +ann +2\.1 s +1/);
  });

  it('draws a bar an appearance, inside its clip, and escapes words', () => {
    const { svg, height } = timelineSvg({
      title: 'a & b',
      subtitle: '<',
      clips: [{ name: 'v.mp4', duration_s: 6, frames: [] }],
      rows: [{ title: 'ann', subtitle: '', face: null, found: on([0, 4], [5, 9]), known: on() }],
    });
    expect(svg.match(/height="18" rx="4" fill="#5b8def"/g)?.length).toBe(2);
    const ends = [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="18"/g)].map(
      ([, x, w]) => Number(x) + Number(w),
    );
    expect(Math.max(...ends)).toBeLessThanOrEqual(1000 - 24 + 0.02);
    expect(svg).toContain('a &#38; b');
    expect(height).toBeGreaterThan(150);
  });
});
