/**
 * Hints in the words of the place they are read in. A text names a tool, or a way to use it, in braces:
 * "{list_identities} shows who there is." An agent reads the tool's name there, a person at a terminal the command.
 */
import type { ToolAnswer } from './define-tool.js';

export type Place = 'tools' | 'commands';

/** What stands in braces: how an agent is told of it, and how a person at a terminal. */
const WAYS: Readonly<Record<string, Record<Place, string>>> = {
  index_video: { tools: 'index_video', commands: '`rollcall-mcp index`' },
  'index_video source': { tools: 'index_video with it as source', commands: '`rollcall-mcp index`' },
  'index_video force': { tools: 'index_video with force', commands: '`rollcall-mcp index --force`' },
  'index_video sample_fps': { tools: 'index_video with another sample_fps', commands: '`rollcall-mcp index --fps`' },
  job: { tools: 'job', commands: '`rollcall-mcp jobs`' },
  list_identities: { tools: 'list_identities', commands: '`rollcall-mcp identities`' },
  'list_identities video_ids': {
    tools: 'list_identities with video_ids',
    commands: '`rollcall-mcp identities --video VIDEO_ID`',
  },
  find_person: { tools: 'find_person', commands: '`rollcall-mcp find`' },
  'find_person image': { tools: 'find_person with it as image', commands: '`rollcall-mcp find`' },
  'find_person identity_id': {
    tools: 'find_person with identity_id',
    commands: '`rollcall-mcp find IDENTITY_ID`',
  },
  'find_person any': { tools: 'mode any', commands: 'without --films it' },
  'co_occurrence within_s': {
    tools: 'co_occurrence with mode within_s',
    commands: '`rollcall-mcp together --within SECONDS`',
  },
  show_faces: { tools: 'show_faces', commands: '`rollcall-mcp faces`' },
  'show_faces track_ids': { tools: 'show_faces with track_ids', commands: '`rollcall-mcp faces TRACK_ID`' },
  out: { tools: 'out', commands: '--out' },
  overwrite: { tools: 'overwrite', commands: '--overwrite' },
  limit: { tools: 'limit', commands: '--limit' },
  edit_identities: { tools: 'edit_identities', commands: '`rollcall-mcp edit`' },
  'edit_identities merge': { tools: 'edit_identities with action merge', commands: '`rollcall-mcp edit merge`' },
  'edit_identities undo': { tools: 'edit_identities with undo of', commands: '`rollcall-mcp edit undo`' },
  library: { tools: 'library', commands: '`rollcall-mcp library`' },
  'library videos': { tools: 'library with what: videos', commands: '`rollcall-mcp library videos`' },
  'library suggestions': { tools: 'library with what: suggestions', commands: '`rollcall-mcp library suggestions`' },
  'library log': { tools: 'library with what: log', commands: '`rollcall-mcp library log`' },
  forget: { tools: 'forget', commands: '`rollcall-mcp forget`' },
  'forget video_ids': { tools: 'forget with video_ids', commands: '`rollcall-mcp forget`' },
  'dry_run false': { tools: 'dry_run false', commands: '--yes' },
  calibrate: { tools: 'calibrate', commands: '`rollcall-mcp calibrate`' },
  'calibrate pairs_file': { tools: 'calibrate with pairs_file', commands: '`rollcall-mcp calibrate PAIRS.csv`' },
  'calibrate status': { tools: 'calibrate with action status', commands: '`rollcall-mcp calibrate --status`' },
  'calibrate revert': { tools: 'calibrate with action revert', commands: '`rollcall-mcp calibrate --revert`' },
  'calibrate apply': {
    tools: 'calibrate with action apply and calibration_id',
    commands: '`rollcall-mcp calibrate --apply --id CALIBRATION_ID`',
  },
  source: { tools: 'source', commands: 'the argument' },
  cursor: { tools: 'cursor', commands: '--cursor' },
  job_id: { tools: 'job_id', commands: 'the argument' },
  video_ids: { tools: 'video_ids', commands: '--video' },
  threshold: { tools: 'threshold', commands: '--threshold' },
};

/** The text as it is read there. What stands in braces and is no way to use a tool stays as it is. */
export function inWordsOf(place: Place, text: string): string {
  return text.replace(/\{([a-z_]+(?: [a-z_]+)?)\}/g, (whole, key: string) => WAYS[key]?.[place] ?? whole);
}

/** An answer in the words of the place: its text, its hint, and the errors it tells of. */
export function answerIn(
  place: Place,
  answer: ToolAnswer<Record<string, unknown> | undefined>,
): ToolAnswer<Record<string, unknown> | undefined> {
  return { ...answer, data: answer.data && objectIn(place, answer.data), text: inWordsOf(place, answer.text) };
}

/** Every hint and message inside, whatever else there is. */
function objectIn(place: Place, value: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      typeof inner === 'string' && (key === 'hint' || key === 'message')
        ? inWordsOf(place, inner)
        : valueIn(place, inner),
    ]),
  );
}

function valueIn(place: Place, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => valueIn(place, item));
  return typeof value === 'object' && value !== null ? objectIn(place, value) : value;
}
