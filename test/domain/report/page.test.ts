/** The report's page: its parts by what they say, and the whole as it was last looked at. */
import { describe, expect, it } from 'vitest';
import { certaintySection } from '../../../src/domain/report/certainty.js';
import { heatMapSection } from '../../../src/domain/report/heat-map.js';
import { html } from '../../../src/domain/report/html.js';
import { reportPage } from '../../../src/domain/report/page.js';
import { peopleSection } from '../../../src/domain/report/people.js';
import { counted, lasting, shortClock } from '../../../src/domain/report/report.js';
import { timelinesSection } from '../../../src/domain/report/timelines.js';
import { ADA, bar, BEN, film, report } from './sample.js';

/** What stands in the elements that match, as text. */
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((m) => m[1] ?? '');

it('is the page that was last looked at: look again at what changes, then `vitest -u`', async () => {
  await expect(reportPage(report())).toMatchFileSnapshot('page.html');
});

describe('a template', () => {
  it('escapes whatever is no HTML yet, in lists as well, and leaves out null and false', () => {
    expect(html`<p title="${`"&'<>`}">${[html`<b>${'<'}</b>`, 'a', 1]}${null}${false}${0}</p>`.text).toBe(
      '<p title="&#34;&#38;&#39;&#60;&#62;"><b>&#60;</b>a10</p>',
    );
  });
});

describe('times', () => {
  it.each([
    [0, '0:00', '0:00.0'],
    [63.2, '1:03', '1:03.2'],
    [3723.5, '1:02:04', '1:02:03.5'],
    [59.96, '1:00', '1:00.0'],
    [-5.25, '-0:05', '-0:05.3'],
    [36_610, '10:10:10', '10:10:10.0'],
  ])('%d s are %s, or %s', (seconds, whole, tenths) => {
    expect([shortClock(seconds), shortClock(seconds, true)]).toEqual([whole, tenths]);
  });
  it('last so long', () => {
    expect([0, 59.94, 60, 245.4, 3599.4, 3600, 3725].map(lasting)).toEqual([
      ...['0.0 s', '59.9 s', '1 min 0 s', '4 min 5 s', '59 min 59 s', '1 h 0 min', '1 h 2 min'],
    ]);
  });
  it('are counted', () => {
    expect([counted(0, 'film'), counted(1, 'film'), counted(2, 'person', 'people')]).toEqual([
      ...['0 films', '1 film', '2 people'],
    ]);
  });
});

describe('who', () => {
  it('says what is in doubt only where something is', () => {
    const { text } = peopleSection(report());
    expect(all(text, /class="mark">([^<]*)</g)).toEqual(['2 of them in doubt']);
    expect(all(text, /<strong>([^<]*)</g)).toEqual(['Ada &#60;b&#62;', 'Ben', 'Person 3']);
    expect(peopleSection(report({ people: [] })).text).toBe('<p>Nobody was found in these films.</p>');
  });
});

describe('with whom', () => {
  it('is warmest where two are together longest, and cold where they never are', () => {
    const { text } = heatMapSection(report());
    expect(all(text, /--h:([^"]*)"/g)).toEqual(['24%', '42%', '24%', '0%', '42%', '0%']);
    expect(all(text, /<td[^>]*>(?:<span[^>]*>)?([^<]*)</g)).toEqual([
      ...['', '1:15', '30.0 s', '1:00', '30.0 s', '12.3 s', '0', '1:00', '0', '1:06:40'],
    ]);
    expect(all(text, /<li>([^<]*)</g)).toEqual([
      'Ada &#60;b&#62; and Person 3: 1 min 0 s, once',
      'Ada &#60;b&#62; and Ben: 30.0 s, 2 times',
    ]);
  });
  it('shows as many people as it is told, and names the three longest pairs', () => {
    const { text } = heatMapSection(report({ heat_people: 2 }));
    expect(all(text, /<th scope="row">([^<]*)</g)).toEqual(['Ada &#60;b&#62;', 'Ben']);
    const pairs = [1, 2, 3, 4].map((seconds) => ({ a: 0, b: 1, seconds, times: 1 }));
    expect(all(heatMapSection(report({ pairs })).text, /<li>[^<]*: ([^<]*), once</g)).toEqual([
      ...['4.0 s', '3.0 s', '2.0 s'],
    ]);
  });
  it('says so where there is nobody to be with', () => {
    expect(heatMapSection(report({ heat_people: 1 })).text).toBe('<p>There are not two people to be together.</p>');
    expect(heatMapSection(report({ pairs: [] })).text).toContain('No two of them are ever in the picture at once.');
  });
});

describe('when', () => {
  const { text } = timelinesSection(report({ films: [film()] }));
  it('places bars and gaps within the film, in doubt or not', () => {
    expect(all(text, /<i( class="[a-z]*")? style/g)).toEqual([
      ...[' class="gap"', '', ' class="doubt"', ' class="gap"', ''],
    ]);
    const places = ['left:30.000%;width:20.000%', 'left:5.000%;width:5.500%', 'left:20.000%;width:12.340%'];
    const gap = 'left:80.000%;width:20.000%';
    expect(all(text, /<i[^>]* style="(left[^"]*)"/g)).toEqual([gap, places[0], places[1], gap, places[2]]);
  });
  it('says the same in words, at most six times a row, and in a table by time', () => {
    expect(all(text, /class="bars" role="img" aria-label="([^"]*)"/g)).toEqual([
      'On screen 0:40.0 to 1:00.0, 0:15.0 to 0:20.5 (in doubt)',
      'On screen 0:30.0 to 0:42.3',
    ]);
    expect(all(text, /<td class="n">([^ <]*(?: s)?)/g)).toEqual([
      ...['0:15.0', '0:20.5', '5.5 s', '0.31', '0:30.0', '0:42.3', '12.3 s', 'none', '0:40.0', '1:00.0', '20.0 s'],
      '0.80',
    ]);
    const bars = Array.from({ length: 8 }, (_, k) => bar(2 * k, 2 * k + 1));
    const many = timelinesSection(report({ films: [film({ rows: [{ person: ADA, bars }] })] })).text;
    expect(all(many, /role="img" aria-label="On screen [^"]*(0:11.0[^"]*)"/g)).toEqual(['0:11.0 and 2 times more']);
  });
  it('has five times on its axis, finer for a short film', () => {
    expect(all(text, /<span>(\d[^<]*)<\/span>/g)).toEqual(['0:10', '0:35', '1:00', '1:25', '1:50']);
    const short = timelinesSection(report({ films: [film({ start_s: 0, end_s: 10 })] })).text;
    expect(all(short, /<span>(\d[^<]*)<\/span>/g)).toEqual(['0:00.0', '0:02.5', '0:05.0', '0:07.5', '0:10.0']);
  });
  it('leaves out what there is not', () => {
    const bare = film({ rows: [], strip: { of: 'frames', pictures: [] }, rows_left_out: 1, missing: 'Gone' });
    const said = timelinesSection(report({ films: [bare] })).text;
    expect(said).toContain('<p>Nobody was found here.</p>');
    expect(said).toContain('<p class="faint over">Gone: no frames of it.</p>');
    expect(said).toContain('1 more person with less time on screen is left out here.');
    for (const left_out of ['<img', '<table', 'class="axis"', 'class="over strip'])
      expect(said).not.toContain(left_out);
  });
});

describe('how sure', () => {
  it('says what was looked at, and why faces were not compared, most first', () => {
    const { text } = certaintySection(report());
    expect(all(text, /<td>([^<]*)</g)).toEqual([
      '6 too small, 5 cut off by the edge, 4 hardly a face, 3 blurred, 2 too poor to compare, 1 other_reason',
      'none',
    ]);
    expect(all(text, /<li>([^<]*)</g)).toEqual([
      '2 appearances are in doubt.',
      expect.stringContaining('from 0.35 on.'),
      expect.stringMatching(/^Who is who was found by comparing faces/),
      'Left out: 4 people with less time.',
    ]);
    expect(text).toContain('<span class="mark">not all was looked at: broken at 29 s</span>');
    const plain = certaintySection(report({ threshold: null, left_out: [], uncertainty: [], films: [] })).text;
    expect(all(plain, /<li>([^<]*)</g)).toHaveLength(1);
    expect(plain).not.toContain('not all was');
  });
});

it('colours each person by their place', () => {
  const { text } = peopleSection(report({ people: [ADA, BEN] }));
  const [one, other] = all(text, /class="face" style="([^"]*)"/g);
  expect(one).not.toBe(other);
});
