import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTape, type Tape } from '../../../lab/bench/tape.js';
import { openSession, type Session } from '../../../src/vision/inference/sessions.js';
import { arcfaceGraph } from '../../support/networks/tiny-graphs.js';

let folder: string, tape: Tape;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-tape-'));
  tape = await openTape(join(folder, 'tape.f32'));
});
afterEach(async () => {
  await tape.close();
  await rm(folder, { recursive: true, force: true });
});

const signal = new AbortController().signal;
const batch = (n: number, value: number) => new Float32Array(n * 3 * 112 * 112).map((_, i) => value + (i % 7));

/** Keeps what a network answers, below the tape, so that recorded runs and replayed ones are both seen. */
async function listened(): Promise<{ session: Session; answers: number[][] }> {
  const answers: number[][] = [];
  const real = await openSession(arcfaceGraph(), 1);
  return {
    answers,
    session: {
      ...real,
      async run(data, dims) {
        const outputs = await real.run(data, dims);
        answers.push([...(Object.values(outputs)[0]?.data ?? [])]);
        return outputs;
      },
    },
  };
}

test('replays every run with the same numbers, shapes and order, and times each network', async () => {
  const one = await listened(),
    other = await listened();
  const a = tape.record(one.session, 'a'),
    b = tape.record(other.session, 'b');
  // One buffer filled again and again, as the detector does.
  const shared = batch(2, 1);
  await a.run(shared, [2, 3, 112, 112]);
  await b.run(batch(1, 5), [1, 3, 112, 112]);
  shared.fill(3);
  await a.run(shared, [2, 3, 112, 112]);
  await a.run(shared.subarray(3 * 112 * 112), [1, 3, 112, 112]);
  expect(tape.counts()).toEqual({ a: { runs: 3, pictures: 5 }, b: { runs: 1, pictures: 1 } });
  expect((await stat(join(folder, 'tape.f32'))).size).toBe(6 * 3 * 112 * 112 * 4);

  const spent = await tape.replay(signal);
  expect(one.answers).toHaveLength(6);
  expect(one.answers.slice(3)).toEqual(one.answers.slice(0, 3));
  expect(one.answers[0]).not.toEqual(one.answers[1]);
  expect(other.answers[1]).toEqual(other.answers[0]);
  expect(spent.a).toBeGreaterThan(0);
  expect(spent.b).toBeGreaterThan(0);
});

test('a replay can be broken off', async () => {
  const { session } = await listened();
  await tape.record(session, 'a').run(batch(1, 0), [1, 3, 112, 112]);
  await expect(tape.replay(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
});
