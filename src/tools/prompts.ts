/** The common jobs as prompts: what a person picks from a menu, and the agent then does with the tools. */
import { isShortId } from '../services/library/short-ids.js';
import { RollcallError } from '../domain/errors/errors.js';
import { folded } from '../domain/edits/loose-names.js';
import type { Completed } from './definition/completion.js';
import type { ToolHost } from './definition/define-tool.js';
import { count } from './answers/format.js';

export interface PromptArgument {
  name: 'person' | 'video';
  description: string;
  required: boolean;
  /** What is offered while it is typed. */
  completes: Completed;
}

export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
  /** @param said the arguments in the words of the tools */
  text: (said: Said) => string;
}

/** How the tools are told of whom and what a prompt is about. */
interface Said {
  /** `name "Ada"`, or empty. */
  person: string;
  /** `video_ids ["video_…"]`, or empty. */
  videos: string;
}

const person = (required: boolean): PromptArgument => ({
  name: 'person',
  description: 'name or identity_id',
  required,
  completes: 'person',
});
const video = (required: boolean): PromptArgument => ({
  name: 'video',
  description: `title or video_id${required ? '' : '; all videos when left out'}`,
  required,
  completes: 'video',
});

/** ` with a, b`: the arguments that were given. */
const having = (...given: readonly string[]): string => {
  const some = given.filter(Boolean);
  return some.length > 0 ? ` with ${some.join(', ')}` : '';
};
const HONEST = 'Report ambiguous as uncertain, and say what coverage leaves out.';
const ASK_FIRST = 'Ask me before you change anything, and show me edit_identities with dry_run first.';

export const PROMPTS: readonly Prompt[] = [
  {
    name: 'cast_list',
    title: 'Cast list of a film',
    description: 'Who is in a video, for how long, and from when on.',
    arguments: [video(true)],
    text: ({ videos }) =>
      `Make the cast list of this video: list_identities${having(videos)}, all pages, longest on screen first. A table: who, time on screen, first appearance as hh:mm:ss. Look at those without a name with show_faces and describe each by what can be seen; guess no names. ${HONEST}`,
  },
  {
    name: 'when_on_screen',
    title: 'When is somebody on screen?',
    description: 'Every moment of a person, by film.',
    arguments: [person(true), video(false)],
    text: ({ person: who, videos }) =>
      `When is this person on screen? find_person${having(who, videos)}, all pages. List film, start and end as hh:mm:ss, and the total. ${HONEST}`,
  },
  {
    name: 'who_appears_together',
    title: 'Who appears together?',
    description: 'Who is with whom, for how long, and when.',
    arguments: [person(false), video(false)],
    text: ({ person: who, videos }) =>
      who === ''
        ? `Who appears together? co_occurrence${having(videos)}. List the pairs that share most time, with seconds, times and the first moments. ${HONEST}`
        : `Who is together with this person? Get their identity_id from find_person${having(who)}, then co_occurrence with it in identity_ids${videos === '' ? '' : ` and ${videos}`}. List the others by shared time, with the first moments. ${HONEST}`,
  },
  {
    name: 'settle_doubts',
    title: 'Settle doubts about who is who',
    description: 'Find people who may be one, or one who may be two, look, and put it right.',
    arguments: [person(false)],
    text: ({ person: who }) =>
      `Find where the grouping may be wrong${who === '' ? '' : ` around this person (${who})`}. library with what: suggestions has the questions that would put most right, best first, each with its evidence and the edits for yes and for no${who === '' ? '' : '; take those about this person'}. Look at each with show_faces: two people with both identity_ids, one who may be two with the track_ids in faces. Put one question at a time to me with what you saw. ${ASK_FIRST} Do the edit for my answer, yes or no: neither is asked again.`,
  },
  {
    name: 'name_everyone',
    title: 'Name everyone',
    description: 'Go through the people without a name, longest on screen first.',
    arguments: [video(false)],
    text: ({ videos }) =>
      `Help me to name everyone. list_identities${having(videos)}, longest on screen first; for each without a name show me their faces with show_faces and say in which films they are. I answer with a name, "skip", or "nobody" (a poster, a crowd). Collect some answers, then one edit_identities with name and ignore for all of them. If two turn out to be one person, merge them. ${ASK_FIRST}`,
  },
];

/** @throws RollcallError bad_argument for an unknown prompt, a missing argument or a video that is not there */
export async function promptText(
  host: Pick<ToolHost, 'services'>,
  name: string,
  args: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<{ prompt: Prompt; text: string }> {
  const prompt = PROMPTS.find((p) => p.name === name);
  if (!prompt)
    throw new RollcallError(
      'bad_argument',
      `There is no prompt ${JSON.stringify(name)}.`,
      `There are ${PROMPTS.map((p) => p.name).join(', ')}.`,
    );
  const given = (argument: PromptArgument['name']): string => args[argument]?.trim() ?? '';
  for (const argument of prompt.arguments)
    if (argument.required && given(argument.name) === '')
      throw new RollcallError(
        'bad_argument',
        `${name} needs ${argument.name}.`,
        `Give ${argument.name}: ${argument.description}.`,
      );
  const takes = (argument: PromptArgument['name']): boolean => prompt.arguments.some((a) => a.name === argument);
  const said: Said = {
    person: takes('person') ? personWords(given('person')) : '',
    videos: takes('video') ? await videoWords(host, given('video'), signal) : '',
  };
  return { prompt, text: prompt.text(said) };
}

function personWords(given: string): string {
  if (given === '') return '';
  return given.startsWith('identity_') || isShortId(given) ? `identity_id ${given}` : `name ${JSON.stringify(given)}`;
}

/** The id of the one video of that title: tools take ids. */
async function videoWords(host: Pick<ToolHost, 'services'>, given: string, signal?: AbortSignal): Promise<string> {
  if (given === '') return '';
  if (given.startsWith('video_') || isShortId(given)) return `video_ids [${JSON.stringify(given)}]`;
  const videos = await (await host.services()).browsing.entries('video', signal);
  const wanted = folded(given);
  const same = videos.filter((v) => folded(v.name ?? '') === wanted);
  const found = same.length > 0 ? same : videos.filter((v) => folded(v.name ?? '').includes(wanted));
  const [only] = found;
  if (only && found.length === 1) return `video_ids [${JSON.stringify(only.id)}]`;
  throw new RollcallError(
    'bad_argument',
    `${found.length === 0 ? 'No video is' : `${count(found.length, 'video')} are`} called ${JSON.stringify(given)}.`,
    found.length === 0
      ? 'Give the title of an indexed video as it is listed, or index it first.'
      : `Give the video_id: ${found
          .slice(0, 8)
          .map((v) => `${v.id} (${v.name ?? ''})`)
          .join(', ')}.`,
  );
}
