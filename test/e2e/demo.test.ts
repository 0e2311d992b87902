/** What `npm run demo` asks of the built server, about the footage of these tests. */
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { askEverything } from '../../lab/demo/ask.js';
import { startServer } from '../../lab/demo/server.js';
import { personTruths } from '../../lab/footage/person-truths.js';
import { workplace } from './workplace.js';

const at = workplace();

it('can be asked, and is answered', async () => {
  const footage = inject('footage');
  const server = await startServer(inject('bin'), path.join(await at.folder(), 'home'), new AbortController().signal);
  try {
    const found = await askEverything(server, footage, () => undefined);
    expect(found.videos.map((v) => v.name)).toEqual(footage.videos.map((v) => v.name));
    expect(found.identities).toHaveLength(personTruths(footage.truth).people.length);
    expect(found.searches).toHaveLength(footage.stills.length);
    expect(new Set(found.searches.flatMap((s) => s.identity ?? []))).toEqual(
      new Set(found.identities.map((i) => i.id)),
    );
    expect(found.pairs).toHaveLength(4);
  } finally {
    await server.close();
  }
});
