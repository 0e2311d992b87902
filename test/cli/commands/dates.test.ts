/** Dates as commands take them: one that can be read in two ways would have the wrong months erased. */
import { expect, it, vi } from 'vitest';
import { EXIT } from '../../../src/cli/host.js';
import { dateOption } from '../../../src/cli/options.js';
import { runProgram } from '../../../src/cli/program.js';
import { RollcallError } from '../../../src/domain/errors/errors.js';

async function given(...args: string[]): Promise<{ code: number; opened: number; said: string }> {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const open = vi.fn(() => {
    throw new RollcallError('internal', 'Here the command would begin.', '');
  });
  const entry = { open, serve: () => Promise.resolve(), work: () => Promise.resolve() };
  try {
    const code = await runProgram(args, entry);
    return { code, opened: open.mock.calls.length, said: said.mock.calls.join('') };
  } finally {
    said.mockRestore();
  }
}

it.each(['3/2/2026', '12', 'film 3', '2026-02-31', '31.1.2026', '2026-02-31T12:00Z', ''])(
  '%j is no date',
  async (date) => {
    for (const args of [
      ['forget', '--before', date],
      ['audit', '--since', date],
    ]) {
      const { code, opened, said } = await given(...args);
      expect({ code, opened }).toEqual({ code: EXIT.usage, opened: 0 });
      expect(said).toContain('2026-01-31');
    }
  },
);

it.each(['2026-01-31', '2026-01-31T12:00', '2026-01-31T12:00:00Z', '2026-01-31T12:00:00.5+01:00'])(
  '%s is one',
  async (date) => {
    expect(await given('forget', '--before', date)).toMatchObject({ opened: 1 });
    expect(await given('audit', '--since', date)).toMatchObject({ opened: 1 });
  },
);

it.each([
  ['2026-01-31', '2026-01-30T18:15:00.000Z'],
  ['2026-01-31T12:00', '2026-01-31T06:15:00.000Z'],
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31T12:00+01:00', '2026-01-31T11:00:00.000Z'],
])('%s is a time where the command runs, unless it says where', (given, at) => {
  vi.stubEnv('TZ', 'Asia/Kathmandu');
  try {
    expect(dateOption(given).toISOString()).toBe(at);
  } finally {
    vi.unstubAllEnvs();
  }
});
