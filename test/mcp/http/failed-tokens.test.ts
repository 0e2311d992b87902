import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { limitFailedTokens } from '../../../src/mcp/http/failed-tokens.js';

/** A connection from there, never opened. */
function from(remoteAddress: string): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: remoteAddress });
}

/** Whether it comes within a turn of the event loop. */
async function isAtOnce(turn: Promise<void> | null): Promise<boolean> {
  if (turn === null) return true;
  let came = false;
  void turn.then(() => (came = true));
  await new Promise((resolve) => setImmediate(resolve));
  return came;
}

describe('wrong tokens', () => {
  it.each([
    ['203.0.113.1', '203.0.113.1', '203.0.113.2'],
    ['::ffff:203.0.113.1', '::ffff:203.0.113.1', '::ffff:203.0.113.2'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1', '2001:db8:1:3:3:4:5:6'],
    ['2001:db8::1', '2001:db8::2', '2001:db9::1'],
  ])('of %s make %s wait, not %s', async (guesser, same, other) => {
    const tokens = limitFailedTokens(1e6);
    const told = Array.from({ length: 12 }, () => tokens.wrong(from(guesser)));
    expect(told.lastIndexOf(false)).toBe(9);
    expect(await isAtOnce(tokens.turn(from(other)))).toBe(true);
    expect(await isAtOnce(tokens.turn(from(same)))).toBe(false);
  });

  it('leave a connection alone that had the right one, and pass over those that hung up', async () => {
    const tokens = limitFailedTokens(1e6);
    for (let n = 0; n < 10; n += 1) tokens.wrong(from('203.0.113.1'));
    const known = from('203.0.113.1');
    tokens.right(known);
    expect(await isAtOnce(tokens.turn(known))).toBe(true);
    const gone = from('203.0.113.1');
    gone.destroy();
    expect(await isAtOnce(tokens.turn(gone))).toBe(true);
  });
});
