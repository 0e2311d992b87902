/** Run as a process of its own by encryption.test.ts (`encrypt-child.ts <home> <key in hex>`): encrypts a library. */
import { parseKey } from '../../../src/config/library-key.js';
import { openLibrary } from '../../../src/store/library.js';
import { DIMENSIONS, PACK } from '../rows.js';

const [home = '', key = ''] = process.argv.slice(2);
const library = await openLibrary({ home, pack: PACK, dimensions: DIMENSIONS, tuning: { lockStaleMs: 2000 } });
await library.changeEncryption(parseKey(key, 'the test'));
await library.close();
