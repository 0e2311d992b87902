/** Who asked what about whom, and when: kept by ids alone, without names, paths, vectors or pictures. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Settings } from '../config/settings.js';
import { appendAudit, readAudit } from '../store/files/audit-file.js';
import type { StoreLogger } from '../store/api.js';

/** Ids that an entry holds of each kind; more are counted. */
const MOST = 200;

const auditEntrySchema = z.object({
  at: z.string(),
  /** What the client calls itself; cut, it may say anything. */
  client: z.string().nullable(),
  tool: z.string(),
  /** ok, or the code of the error. */
  outcome: z.string(),
  /** Whether it would only have told what it would do. */
  dry_run: z.boolean().optional(),
  /** People whom the question or the answer names. */
  identity_ids: z.array(z.string()),
  identities_total: z.number(),
  video_ids: z.array(z.string()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** A call, as it is told to the log. */
export interface AuditedCall {
  client: string | undefined;
  tool: string;
  outcome: string;
  args: unknown;
  answer?: unknown;
  /** For what makes nothing: where there is no home yet, nothing is kept. */
  onlyAtHome?: boolean;
}

export interface Audit {
  /** Never fails: a log that can't be written is warned of, and the call goes on. */
  record(call: AuditedCall): Promise<void>;
  /** Oldest first. */
  entries(): Promise<AuditEntry[]>;
}

export function createAudit({ home, auditLog }: Pick<Settings, 'home' | 'auditLog'>, logger: StoreLogger): Audit {
  const folder = path.join(home, 'audit');
  /** A home that was moved is not made anew: it would be in the way of putting it back. */
  let wasThere = false;
  return {
    async record(call) {
      if (!auditLog || ((call.onlyAtHome || wasThere) && !(await isThere(home)))) return;
      wasThere = true;
      await appendAudit(folder, JSON.stringify(entryOf(call, new Date()))).catch((error: unknown) =>
        logger.warn({ err: error, tool: call.tool }, 'the audit log could not be written'),
      );
    },
    async entries() {
      return (await readAudit(folder)).flatMap((line) => {
        try {
          return auditEntrySchema.safeParse(JSON.parse(line)).data ?? [];
        } catch {
          return []; // the end of a line whose writer was killed
        }
      });
    },
  };
}

function isThere(folder: string): Promise<boolean> {
  return stat(folder).then(
    () => true,
    () => false,
  );
}

function entryOf({ client, tool, outcome, args, answer }: AuditedCall, at: Date): AuditEntry {
  const identity_ids = idsIn('identity', args, answer);
  return {
    at: at.toISOString(),
    client: client?.slice(0, 100) ?? null,
    tool,
    outcome,
    ...(isDryRun(args) ? { dry_run: true } : {}),
    identity_ids: identity_ids.slice(0, MOST),
    identities_total: identity_ids.length,
    video_ids: idsIn('video', args).slice(0, MOST),
  };
}

function isDryRun(args: unknown): boolean {
  return typeof args === 'object' && args !== null && 'dry_run' in args && args.dry_run === true;
}

/** Those of the question first. */
function idsIn(kind: 'identity' | 'video', ...values: unknown[]): string[] {
  const found = new Set<string>();
  for (const value of values)
    for (const [id] of (JSON.stringify(value) ?? '').matchAll(new RegExp(`\\b${kind}_[a-z2-7]{26}\\b`, 'g')))
      found.add(id);
  return [...found];
}
