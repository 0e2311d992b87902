/**
 * Known holes in what Rollcall is made of, by the registry's advisories: fails on any that nobody has explained. Where
 * the registry does not answer that question (mirrors often don't) it says so, and does not fail.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** Why an advisory does no harm here, by its address. */
const EXPLAINED: Readonly<Record<string, string>> = {};

const reportSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.string(),
      // A name is that of another package in this list.
      via: z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string(), range: z.string() })])),
    }),
  ),
});

/** @returns a line for each advisory that is not explained; null when the registry did not answer */
export function unexplained(output: string, explained = EXPLAINED): string[] | null {
  let json: unknown;
  try {
    json = JSON.parse(output);
  } catch {
    return null;
  }
  const report = reportSchema.safeParse(json).data;
  if (!report) return null;
  return Object.entries(report.vulnerabilities).flatMap(([name, { severity, via }]) =>
    via.flatMap((one) =>
      typeof one === 'string' || one.url in explained
        ? []
        : [`${name} ${one.range}: ${one.title} (${severity}), ${one.url}`],
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // It exits with 1 when it finds something, and says it on stdout all the same.
  execFile(
    'npm',
    ['audit', '--json'],
    { timeout: 120_000, maxBuffer: 1e8, shell: process.platform === 'win32' },
    (_, stdout) => {
      const found = unexplained(stdout);
      if (found === null) console.log('npm audit: the registry gave no answer.');
      else if (found.length === 0) console.log('npm audit: nothing that is not explained.');
      else {
        console.error(
          `npm audit:\n${found.join('\n')}\nUpdate, or say in scripts/npm-audit.ts why it does no harm here.`,
        );
        process.exitCode = 1;
      }
    },
  );
}
