/** `library encrypt`, `decrypt` and `rekey`: encryption at rest. */
import type { Command } from 'commander';
import type { EncryptionAnswer } from '../../services/upkeep/encryption.js';
import type { Run } from '../host.js';

const RESTART = 'Servers that run now have to be started again.';

const COMMANDS = [
  {
    name: 'encrypt',
    what: 'encrypt names, faces and vectors with the key that is set (ROLLCALL_KEY or ROLLCALL_KEY_COMMAND)',
    use: 'encryptLibrary',
    done: `The library is encrypted, and what it was is off the disk. Keep the key elsewhere too: without it the library is lost. ${RESTART}`,
  },
  {
    name: 'decrypt',
    what: 'undo it: write the library without encryption',
    use: 'decryptLibrary',
    done: `The library is no longer encrypted. Take the key away from the environment. ${RESTART}`,
  },
  {
    name: 'rekey',
    what: 'change its key to the one in ROLLCALL_NEW_KEY, or that ROLLCALL_NEW_KEY_COMMAND prints',
    use: 'changeLibraryKey',
    done: 'The library opens with the new key only. Backups, and copies that were set aside, open with the key they were made with.',
  },
] as const;

export function addEncryption(library: Command, run: Run): void {
  for (const { name, what, use, done } of COMMANDS)
    library
      .command(name)
      .description(what)
      .option('--json', 'print what was done as JSON')
      .action(async (_: unknown, command: Command) => {
        // `library` has --json as well, and commander gives it to whichever comes first.
        const { json }: { json?: boolean } = command.optsWithGlobals();
        await run(json, async ({ settings, logger }, signal) => {
          const services = await import('../../services/upkeep/encryption.js');
          const answer = await services[use](settings, logger, signal);
          return { data: answer, text: [done, ...notes(answer)].join('\n') };
        });
      });
}

function notes({ copies_removed, in_progress }: EncryptionAnswer): string[] {
  return [
    ...(copies_removed.length > 0 ? [`Copies that were set aside went too: ${copies_removed.join(', ')}.`] : []),
    ...(in_progress > 0
      ? ['A video is being indexed by another process: what it has found stays as it is until that ends. End it.']
      : []),
  ];
}
