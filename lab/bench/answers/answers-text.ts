import type { Spread } from '../spread.js';
import type { Answers } from './measure-answers.js';

/** How soon the server answers, as Markdown. */
export function answersText({ startup, verify, whileIndexing }: Answers): string {
  const ms = ({ median, min, max }: Spread): string => `${median.toFixed(0)} ms | ${min.toFixed(0)}–${max.toFixed(0)}`;
  const { median, min, max } = startup.ratio;
  return [
    '| | median | least–greatest |',
    '|---|---:|---:|',
    `| start-up to the answer of tools/list | ${ms(startup.ours)} |`,
    `| – of a server by the SDK alone | ${ms(startup.bare)} |`,
    `| – ours ÷ that | ${median.toFixed(2)} | ${min.toFixed(2)}–${max.toFixed(2)} |`,
    `| verify_faces of two photos, first question | ${ms(verify.cold)} |`,
    `| – later | ${ms(verify.warm)} |`,
    `| – of one person each, 995×995 | ${ms(verify.portraits)} |`,
    '',
    '| while two films are indexed | asked | p50 | p99 |',
    '|---|---:|---:|---:|',
    ...whileIndexing.map(
      ({ question, asked, p50, p99 }) => `| ${question} | ${asked} | ${p50.toFixed(0)} ms | ${p99.toFixed(0)} ms |`,
    ),
  ].join('\n');
}
