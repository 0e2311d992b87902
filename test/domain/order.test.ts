import { execaNode } from 'execa';
import { expect, it } from 'vitest';
import { byText, byTitle, namedFirst } from '../../src/domain/order.js';

it('ids are in the order of their code units', () => {
  expect(['b', 'a', 'B', 'a1'].sort(byText)).toEqual(['B', 'a', 'a1', 'b']);
});

it('whoever has no name comes last, and titles alike go by their ids', () => {
  const people = [{ name: null }, { name: 'Zoë' }, { name: 'ada' }, { name: 'Émile' }];
  expect(people.sort(namedFirst).map(({ name }) => name)).toEqual(['ada', 'Émile', 'Zoë', null]);
  const films = ['video_b', 'video_a'].map((video_id) => ({ title: 'a.mp4', video_id }));
  expect(films.sort(byTitle).map(({ video_id }) => video_id)).toEqual(['video_a', 'video_b']);
});

it.each(['da_DK.UTF-8', 'cs_CZ.UTF-8'])('names are in one order also where the system speaks %s', async (LC_ALL) => {
  const script = `import { byName } from './src/domain/order.ts';
    console.log(['Zoe', 'Chiara', 'Aase', 'Cid', 'Abel'].sort(byName).join(' '))`;
  const { stdout } = await execaNode({ nodeOptions: ['--import', 'tsx', '--input-type=module'], env: { LC_ALL } })(
    '-e',
    [script],
  );
  expect(stdout).toBe('Aase Abel Chiara Cid Zoe');
});
