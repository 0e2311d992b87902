#!/usr/bin/env node
/** What is run: sees to what must be so before anything else happens, then hands over to main.ts. */
import process from 'node:process';

// All that this process, its native libraries and ffmpeg write is its user's alone (nothing on Windows).
process.umask(0o077);
// A limit on the size of files (ulimit -f) is for the write that meets it to tell: without a listener that of
// proper-lockfile would end the process. Windows has no such signal.
if (process.platform !== 'win32') process.on('SIGXFSZ', () => undefined);

// Checked before anything is imported that an older Node could not even parse.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 10)) {
  process.stderr.write(
    `rollcall-mcp needs Node 20.10 or newer; this is ${process.version} (${process.execPath}).\nInstall a newer Node from https://nodejs.org, or give its full path as the command in your client's configuration.\n`,
  );
  process.exit(1);
}
const { useOwnTemporaryFolder } = await import('./own-temporary-folder.js');
useOwnTemporaryFolder();
const { main } = await import('./main.js');
await main(process.argv.slice(2));
