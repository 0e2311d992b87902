import { expect, it } from 'vitest';
import type { Constraints } from '../../../src/domain/edits/edits.js';
import { bringHome } from '../../../src/domain/edits/held-edits.js';

it('brings thousands of tracks home that edits hold in one person', () => {
  const track_ids = Array.from({ length: 20_000 }, (_, i) => `track_${i}`);
  const home = { identity_id: 'a', strength: 'stated', edit_id: 'edit_1' } as const;
  const homes: Constraints['homes'] = new Map(track_ids.map((t) => [t, home]));
  const rows = [{ identity_id: 'a', track_ids: track_ids.slice(1), merged_into: null }];
  const began = performance.now();
  const [row] = bringHome(rows, { homes } as Constraints, () => true);
  expect(row?.track_ids).toHaveLength(20_000);
  // Some 30 ms; looking for each among all took seconds.
  expect(performance.now() - began).toBeLessThan(1000);
});
