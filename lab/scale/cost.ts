/**
 * `npx tsx lab/scale/cost.ts` with --processor, --tracks, --megabytes, --join, --join-least, --core-price and
 * --disk-price: what archives of 10³, 10⁴ and 10⁵ hours take, computed from what was measured on one machine. Each
 * option is one measured figure (docs/many-machines.md says by which command), but for the prices, which are anybody's.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** Length of a film of the generator's, hours: each joins the library once. */
const FILM_H = 1 / 6;
const HOURS = [1e3, 1e4, 1e5] as const;

const figure = (byDefault: number) => z.coerce.number().positive().default(byDefault);
const { values } = parseArgs({
  options: Object.fromEntries(
    ['processor', 'tracks', 'megabytes', 'join', 'join-least', 'core-price', 'disk-price'].map((name) => [
      name,
      { type: 'string' },
    ]),
  ),
});
const given = z
  .object({
    /** Seconds of one core for a second of film: watching it, with ffmpeg. */
    processor: figure(0.27),
    /** Tracks in an hour of film. */
    tracks: figure(438),
    /** Of disk for an hour of film. */
    megabytes: figure(11),
    /** Seconds of processor that joining one film takes, and what it takes more for each track that the library has. */
    'join-least': figure(2),
    join: figure(5e-6),
    /** For an hour of one core, and a GB of disk for a month. */
    'core-price': figure(0.04),
    'disk-price': figure(0.05),
  })
  .parse(values);

const number = (n: number): string => (n < 10 ? n.toPrecision(2) : Math.round(n).toLocaleString('en'));
const rows = HOURS.map((hours) => {
  const cores_h = hours * given.processor,
    films = hours / FILM_H,
    tracks = hours * given.tracks;
  // Each film meets the library as it is by then: on average half of what it will be.
  const join_h = (films * (given['join-least'] + (given.join * tracks) / 2)) / 3600;
  // So many cores watch while one process joins, and neither waits for the other.
  const keepsUp = cores_h / join_h;
  return [
    hours.toLocaleString('en'),
    number(tracks),
    `${number(cores_h)} core hours`,
    `${number(cores_h * given['core-price'])}`,
    `${number((hours * given.megabytes) / 1000)} GB`,
    `${number((hours * given.megabytes * given['disk-price']) / 1000)}`,
    `${number(join_h)} h`,
    `${number(given['join-least'] + given.join * tracks)} s`,
    number(keepsUp),
  ];
});
const head = [
  'hours of film',
  'tracks',
  'watching',
  'price',
  'disk',
  'price a month',
  'joining in all',
  'the last film',
  'cores that joining keeps up with',
];
const lines = [head, head.map(() => '---:'), ...rows].map((row) => `| ${row.join(' | ')} |`);
process.stdout.write(`${lines.join('\n')}\n`);
