/**
 * Edit decision lists. npm and Debian have no reader of them; this one follows OpenTimelineIO's CMX 3600 adapter: lines
 * that begin with a digit are events of eight fields, all else below belongs to them, "LOC" is a marker.
 */
import { expect, it } from 'vitest';
import { edlsOf } from '../../../src/domain/handover/edl.js';
import { frameRateOf, readTimecode } from '../../../src/domain/handover/frame-rate.js';
import { BEN, cue, film, handover, HOSTILE } from './sample.js';

interface Event {
  number: string;
  times: string[];
  clip: string;
  markers: { at: string; colour: string; name: string }[];
  /** What DaVinci Resolve reads. */
  resolve: { colour: string; name: string; frames: number };
}

function read(text: string): { title: string; mode: string; events: Event[] } {
  const [title = '', mode = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '');
  expect(title).toMatch(/^TITLE: .{1,70}$/);
  const events: Event[] = [];
  for (const line of lines) {
    const fields = line.trim().split(/\s+/);
    if (/^\d/.test(line)) {
      const [number = '', reel, channel, transition, ...times] = fields;
      expect([fields.length, reel, channel, transition]).toEqual([8, 'AX', 'V', 'C']);
      for (const time of times) expect(time).toMatch(/^\d\d:\d\d:\d\d[:;]\d\d$/);
      events.push({ number, times, clip: '', markers: [], resolve: { colour: '', name: '', frames: 0 } });
      continue;
    }
    const event = events.at(-1) ?? expect.unreachable(line);
    const marker = /^\* LOC: (\d\d:\d\d:\d\d[:;]\d\d)\s+(\w*)(?:\s+|$)(.*)$/.exec(line);
    const clip = /^\* FROM CLIP NAME: (.*)$/.exec(line);
    const resolve = /^ \|C:ResolveColor(\w+) \|M:([^|]*) \|D:(\d+)$/.exec(line);
    if (marker) event.markers.push({ at: marker[1] ?? '', colour: marker[2] ?? '', name: marker[3] ?? '' });
    else if (clip) event.clip = clip[1] ?? '';
    else if (resolve) event.resolve = { colour: resolve[1] ?? '', name: resolve[2] ?? '', frames: Number(resolve[3]) };
    else expect(line).toMatch(/^\* /);
  }
  return { title: title.slice(7), mode: mode.slice(5), events };
}

const one = (fields: Parameters<typeof film>[0], cues: ReturnType<typeof cue>[]) =>
  read(edlsOf(handover([film(fields)], cues), film(fields))[0]?.content ?? '');

it('has an event where somebody comes on screen, with its markers', () => {
  const list = one({}, [cue(1.04, 3), cue(1.04, 2, { people: BEN, score: 0.1 }), cue(10, 11.2)]);
  expect([list.title, list.mode]).toEqual(['lounge.mp4', 'NON-DROP FRAME']);
  expect(list.events).toEqual([
    {
      number: '001',
      times: ['00:00:01:01', '00:00:01:02', '00:00:01:01', '00:00:01:02'],
      clip: 'lounge.mp4',
      markers: [
        { at: '00:00:01:01', colour: 'CYAN', name: 'Ada' },
        { at: '00:00:01:01', colour: 'GREEN', name: 'Ben (?)' },
      ],
      resolve: { colour: 'Cyan', name: 'Ada, Ben (?)', frames: 49 },
    },
    expect.objectContaining({ number: '002', resolve: { colour: 'Cyan', name: 'Ada', frames: 30 } }),
  ]);
});

it('drops numbers where the film does, and counts from its first picture', () => {
  const fps = 60000 / 1001;
  const list = one({ fps, start_s: 0.85, end_s: 200 }, [cue(0.85, 2), cue(0.85 + 3600 / fps, 100)]);
  expect(list.mode).toBe('DROP FRAME');
  expect(list.events.map((e) => e.times[0])).toEqual(['00:00:00;00', '00:01:00;04']);
});

it('counts by the timecode that the film bears', () => {
  const at = (timecode: string) => one({ fps: 30000 / 1001, timecode }, [cue(1.001, 2)]);
  expect([at('01:00:00:00').mode, at('01:00:00:00').events[0]?.times[0]]).toEqual(['NON-DROP FRAME', '01:00:01:00']);
  expect([at('01:00:00;00').mode, at('01:00:00;00').events[0]?.times[0]]).toEqual(['DROP FRAME', '01:00:01;00']);
});

it('never has two events at once, and at most 999 in a list', () => {
  const cues = Array.from({ length: 2500 }, (_, i) => cue(i / 50, i / 50 + 1));
  const lists = edlsOf(handover([film({ end_s: 60 })], cues), film({ end_s: 60 })).map((l) => read(l.content));
  expect(lists.map((l) => l.events.length)).toEqual([999, 251]);
  const starts = lists.flatMap((l) =>
    l.events.map((e) => readTimecode(e.times[2] ?? '', frameRateOf(25))?.frame ?? -1),
  );
  expect(starts).toEqual(Array.from({ length: 1250 }, (_, i) => i));
  expect(lists.flatMap((l) => l.events.flatMap((e) => e.markers))).toHaveLength(2500);
});

it('keeps to its lines whatever people and films are called', () => {
  const list = one({ title: HOSTILE.repeat(9) }, [cue(1, 2, { people: [{ identity_id: 'i', name: HOSTILE }] })]);
  expect(list.events).toHaveLength(1);
  expect(list.events[0]?.resolve.name).not.toContain('|');
  expect(one({}, []).events).toEqual([]);
});

/** What stands in a list word for word, of cues in the order given. */
const written = (cues: ReturnType<typeof cue>[], fields: Parameters<typeof film>[0] = {}) =>
  edlsOf(handover([film(fields)], cues), film(fields));

it('says until when somebody is there, and how sure it is where it is known', () => {
  const [list] = written([cue(1, 3, { score: 0.51234 }), cue(5, 6, { score: null })]);
  expect(list?.content.split('\n').filter((line) => line.includes('until'))).toEqual([
    '* Ada until 00:00:03:00, score 0.512',
    '* Ada until 00:00:06:00',
  ]);
});

it('sorts events by time, counts entries, and numbers only lists that are several', () => {
  const [list] = written([cue(10, 11), cue(1, 2), cue(1, 2, { people: BEN })]);
  expect(list?.entries).toBe(3);
  expect(list?.content).toMatch(/^TITLE: lounge\.mp4\nFCM: /);
  expect(list?.content.match(/^\d{3} .*$/gm)?.map((line) => line.slice(-23))).toEqual([
    '00:00:01:00 00:00:01:01',
    '00:00:10:00 00:00:10:01',
  ]);
  const many = written(
    Array.from({ length: 1000 }, (_, i) => cue(i / 25, i / 25 + 1)),
    { end_s: 60 },
  );
  expect(many.map((l) => [l.content.split('\n')[0], l.entries])).toEqual([
    ['TITLE: lounge.mp4 1/2', 999],
    ['TITLE: lounge.mp4 2/2', 1],
  ]);
});

it('calls nobody anything where nobody is named by a cue', () => {
  const [list] = written([cue(1, 2, { people: [] })]);
  expect(list?.content).toMatch(/\n\* LOC: 00:00:01:00 \w+\s*\n/);
});
