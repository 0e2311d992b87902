/** Calibration over a real library and real models: what the tests of it share. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { type App, createApp } from '../../../src/app.js';
import { loadSettings, type RawSettings } from '../../../src/config/settings.js';
import { calibrationReportSchema, calibrationStatusShape } from '../../../src/services/answers/calibration-report.js';
import { decisionRecordSchema } from '../../../src/services/answers/decision.js';
import { calibrate } from '../../../src/tools/calibrate.js';
import type { Tool } from '../../../src/tools/definition/define-tool.js';
import { job } from '../../../src/tools/job.js';
import { verifyFaces } from '../../../src/tools/verify-faces.js';
import { makePortraits, SITTERS } from '../pictures/portraits.js';

export const PACK = 'fast';

/** What the calibrate tool answers. */
export const calibrateAnswer = z.object({
  report: calibrationReportSchema.optional(),
  ...calibrationStatusShape,
  hint: z.string(),
});

export function settingsOf(home: string, flags: RawSettings = {}) {
  return loadSettings({ home, pack: PACK, threads: 1, ...flags }, {});
}

/** With every null and digit: what these tests compare is exact. */
export async function call<T>(app: App, tool: Tool, args: object, schema: z.ZodType<T>): Promise<T> {
  const { data } = await tool.run(args, { ...app, signal: new AbortController().signal, detail: 'full' });
  return schema.parse(data);
}

/** Calibrates and waits for the end, however long it takes, as an agent would. */
export async function calibrated(app: App, args: object): Promise<z.infer<typeof calibrateAnswer>> {
  const pending = z.object({ job: z.object({ job_id: z.string(), state: z.string() }).optional() });
  let answer = await call(app, calibrate, args, z.looseObject(pending.shape));
  for (
    let id = answer.job?.job_id;
    id !== undefined && (answer.job?.state === 'queued' || answer.job?.state === 'running');
  )
    answer = await call(app, job, { job_id: id }, z.looseObject(pending.shape));
  return calibrateAnswer.parse(answer);
}

export const verified = (app: App, a: string, b: string) =>
  call(app, verifyFaces, { image_a: a, image_b: b }, z.looseObject(decisionRecordSchema.shape));

export const inForce = async (app: App) => (await call(app, calibrate, { action: 'status' }, calibrateAnswer)).in_force;

/** A folder of portraits, and servers on libraries in it, for the tests of a file; all gone after them. */
export function portraitFolder() {
  let folder: string, portraits: Map<string, string[]>;
  const apps: App[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'rollcall-calibration-'));
    portraits = await makePortraits(path.join(folder, 'portraits'));
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const look = (person: (typeof SITTERS)[number], i: number): string => portraits.get(person)?.[i] ?? '';

  return {
    /** A path in the folder. */
    at: (...parts: string[]): string => path.join(folder, ...parts),
    look,
    appOf(home: string, flags: RawSettings = {}): App {
      const app = createApp(settingsOf(home, flags), pino({ level: 'silent' }));
      apps.push(app);
      return app;
    },
    /** All pairs of looks of one person, and of two people in the same look, with who they are as a label. */
    pairsFile(name: string, people: readonly string[] = SITTERS): string {
      const rows = ['left,right,"same person?",hair,where'];
      const base = (file: string) => JSON.stringify(path.relative(folder, file));
      people.forEach((person, p) => {
        const own = portraits.get(person) ?? [],
          group = p % 2 === 0 ? 'even' : 'odd';
        own.forEach((a, i) => own.slice(i + 1).forEach((b) => rows.push(`${base(a)},${base(b)},yes,${group},`)));
        for (const other of people.slice(p + 1))
          own.forEach((a, i) =>
            rows.push(`${base(a)},${base((portraits.get(other) ?? [])[i] ?? '')},0,${group},"here, ""there"""`),
          );
      });
      const file = path.join(folder, name);
      writeFileSync(file, `\uFEFF${rows.join('\r\n')}\r\n`);
      return file;
    },
  };
}
