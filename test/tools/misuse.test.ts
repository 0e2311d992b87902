/** What agents often give in place of an argument is answered with what it wants. */
import pino from 'pino';
import { expect, it } from 'vitest';
import type { ToolContext } from '../../src/tools/definition/define-tool.js';
import { runTool } from '../../src/tools/definition/run-tool.js';
import { allTools } from '../../src/tools/all-tools.js';

const IDS_OF_VIDEOS = 'library with what: videos tells the ids of videos.';
const IDS_OF_PEOPLE = 'list_identities tells the ids of people.';
const SECONDS = 'Times are in seconds: 83 for 1:23.';

it('says as what an undo takes a moment', async () => {
  const tool = allTools.find((t) => t.name === 'edit_identities') ?? expect.unreachable();
  const outcome = await runTool(tool, { edits: [{ action: 'undo', to: 'a year ago' }] }, {
    logger: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  } as ToolContext);
  const wanted = 'edits.0.to: give an edit_id, a seq from 0 on, or a time in UTC, as 2026-01-31T12:00:00Z';
  expect(outcome).toMatchObject({
    ok: false,
    error: { code: 'bad_argument', message: expect.stringContaining(wanted) },
  });
});

it.each([
  ['a time as a player writes it', 'list_identities', { video_ids: ['V1'], at_s: '1:23' }, [SECONDS]],
  ['a title for an id', 'list_identities', { video_ids: ['film.mp4'] }, [IDS_OF_VIDEOS]],
  ['a name for an id', 'find_person', { identity_id: 'Ada' }, [IDS_OF_PEOPLE]],
  ['a limit beyond what there is', 'list_identities', { limit: 100_000 }, []],
] as const)('%s', async (_what, name, given, steps) => {
  const tool = allTools.find((t) => t.name === name) ?? expect.unreachable();
  const outcome = await runTool(tool, given, {
    logger: pino({ level: 'silent' }),
    signal: new AbortController().signal,
  } as ToolContext);
  const [first = ''] = Object.keys(tool.input.shape);
  expect(outcome).toMatchObject({
    ok: false,
    error: { code: 'bad_argument', hint: expect.stringContaining(`Arguments of ${name}: ${first}`) },
  });
  for (const step of [SECONDS, IDS_OF_VIDEOS, IDS_OF_PEOPLE]) {
    const hint = outcome.ok ? '' : outcome.error.hint;
    expect(hint.includes(step), `${hint} | ${step}`).toBe((steps as readonly string[]).includes(step));
  }
});
