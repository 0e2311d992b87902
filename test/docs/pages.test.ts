import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packsTable, weightsTable } from '../../scripts/docs/model-tables.js';
import { allPages } from '../../scripts/docs/pages.js';
import { fillIn, settingsTable, toolsTable } from '../../scripts/docs/tables.js';
import { settingNames } from '../../src/config/settings.js';
import { allTools } from '../../src/tools/all-tools.js';
import { loadPack } from '../../src/vision/packs/pack.js';

const root = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe.each(allPages)('$file', ({ file, upToDate }) => {
  it('has its tables as they should be (npm run docs)', async () => {
    expect(await upToDate(read(file))).toBe(read(file));
  });
});

describe('the tables', () => {
  it('mark required arguments', () => {
    expect(toolsTable(allTools)).toMatch(/\| `index_video` \|.*\| \*\*`source`\*\*, `/);
  });

  it('tell each setting with its default, none of this machine', () => {
    const rows = settingsTable().split('\n').slice(2);
    expect(rows).toHaveLength(settingNames.length);
    expect(rows.find((row) => row.includes('`sampleFps`'))).toMatch(
      /`--sample-fps` \| `ROLLCALL_SAMPLE_FPS` .* `5` \|$/,
    );
    expect(settingsTable()).not.toContain(root);
  });

  it('tell a pack and its weights', async () => {
    const pack = await loadPack(path.join(root, 'models'), 'thorough');
    expect(packsTable([pack], ['thorough'])).toContain('(default) | RetinaFace');
    expect(weightsTable([pack, pack]).split('\n')).toHaveLength(2 + 1 + pack.embedders.length);
    expect(weightsTable([pack])).toContain(pack.detector.weights.sha256);
  });

  it('are put between marks, and only there', () => {
    expect(fillIn('a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb', 'x', 'new')).toBe(
      'a\n<!-- x:begin -->\nnew\n<!-- x:end -->\nb',
    );
    expect(() => fillIn('a', 'x', 'new')).toThrow('x:begin');
  });
});
