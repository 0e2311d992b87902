import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FfmpegTools } from '../../../src/media/ffmpeg/ffmpeg-binaries.js';
import { type Workspace, workspace } from '../../support/pictures/clips.js';
import { clipOf, cutsOf, photographs, type ShotOfPhoto } from '../../support/pictures/shot-clips.js';
import { systemTools } from '../../support/servers/tools.js';

let files: Workspace;
let tools: FfmpegTools;
let photos: string[];
beforeAll(async () => {
  [files, tools] = await Promise.all([workspace(), systemTools()]);
  photos = await photographs(files.folder);
}, 300_000);
afterAll(() => files.remove());

const shot = (photo: number, seconds: number, camera: Partial<ShotOfPhoto> = {}): ShotOfPhoto => ({
  photo: photos[photo] ?? '',
  seconds,
  ...camera,
});

let made = 0;
/** Boundaries in a clip of these shots. */
async function found(
  shots: ShotOfPhoto[],
  fps: number,
  graph: string,
  sampleFps?: number,
): Promise<Awaited<ReturnType<typeof cutsOf>>> {
  const file = await files.make(`${made++}.mp4`, clipOf(shots, fps, graph));
  return cutsOf(file, tools, sampleFps);
}

/** One boundary, not before `from_s` and not after `to_s`. */
function expectOne(cuts: number[], from_s: number, to_s: number): void {
  expect(cuts).toHaveLength(1);
  expect(cuts[0]).toBeGreaterThanOrEqual(from_s - 0.001);
  expect(cuts[0]).toBeLessThanOrEqual(to_s + 0.001);
}

describe('a cut with blended pictures on it', () => {
  it.each([
    ['24 to 30 pictures a second', 24, 'minterpolate=fps=30:mi_mode=blend:scd=none'],
    ['24 to 60', 24, 'framerate=fps=60:scene=100'],
    ['30 to 25', 30, 'framerate=fps=25:scene=100'],
    ['fields of two pictures', 25, 'tblend=all_mode=average'],
  ])(
    'is one boundary: %s',
    async (_name, fps, convert) => {
      const { cuts } = await found([shot(0, 1.5), shot(1, 1.2)], fps, `[s0][s1]concat=n=2,${convert}`);
      expectOne(cuts, 1.5 - 1 / fps, 1.5 + 1 / fps);
    },
    60_000,
  );

  it('lies at the picture from which on most is of the new shot', async () => {
    const share = 'if(lt(T,0.98),0,if(lt(T,1.02),0.2,if(lt(T,1.06),0.4,if(lt(T,1.1),0.7,1))))';
    const { cuts } = await found([shot(0, 2), shot(1, 2)], 25, `[s0][s1]blend=all_expr='A+(B-A)*${share}'`);
    expect(cuts.map((s) => s.toFixed(2))).toEqual(['1.08']);
  }, 60_000);
});

describe('a flash', () => {
  /** Added light, light that is multiplied and clipped, and nothing but white. */
  const LIGHTS = ['eq=brightness=0.7:eval=frame', "lutyuv=y='clip(val*2.4,16,235)'", 'lutyuv=y=235:u=128:v=128'];

  it.each([24, 60])(
    'of 1, 2, 4 or 8 frames is no boundary at %d pictures a second',
    async (fps) => {
      const lit = [1, 2, 4, 8].map(
        (frames, i) =>
          `${LIGHTS[i % 3] ?? ''}:enable='between(n,${Math.round((0.6 + i * 0.8) * fps)},${Math.round((0.6 + i * 0.8) * fps) + frames - 1})'`,
      );
      expect((await found([shot(0, 3.6)], fps, `[s0]${lit.join(',')}`)).cuts).toEqual([]);
    },
    60_000,
  );

  it('that flickers, or glows for a while, is no boundary', async () => {
    const flicker = [15, 16, 18, 22, 23, 24].map((n) => `eq(n,${n})`).join('+');
    const { cuts } = await found(
      [shot(1, 3)],
      25,
      `[s0]lutyuv=y='clip(val*2+20,16,235)':enable='${flicker}',eq=eval=frame:brightness='0.9*max(0,1-(t-2)/0.4)*gte(t,2)'`,
    );
    expect(cuts).toEqual([]);
  }, 60_000);

  it.each([
    [1, 1, 0],
    [4, 4, 1],
    [2, 6, 2],
  ])(
    'that hides a cut, %d frames before it and %d after, is one boundary',
    async (before, after, light) => {
      const { cuts } = await found(
        [shot(1, 1.2), shot(3, 1.2)],
        25,
        `[s0][s1]concat=n=2,${LIGHTS[light] ?? ''}:enable='between(n,${30 - before},${30 + after - 1})'`,
      );
      expectOne(cuts, 1.2 - before / 25, 1.2 + after / 25);
    },
    60_000,
  );

  it('leaves short shots alone', async () => {
    const { cuts } = await found(
      [0, 1, 2, 3, 0].map((photo) => shot(photo, 0.4)),
      25,
      '[s0][s1][s2][s3][s4]concat=n=5',
    );
    expect(cuts.map((s) => s.toFixed(1))).toEqual(['0.4', '0.8', '1.2', '1.6']);
  }, 60_000);
});

describe('a dissolve', () => {
  it.each([
    [0.3, 25],
    [0.5, 24],
    [0.8, 60],
    [1.5, 30],
  ])(
    'of %f s is one boundary, near its middle: %d pictures a second',
    async (seconds, fps) => {
      const { cuts } = await found(
        [shot(0, 1 + seconds), shot(2, 1 + seconds)],
        fps,
        `[s0][s1]xfade=fade:duration=${seconds}:offset=1`,
      );
      expectOne(cuts, 1 + seconds / 2 - 0.2, 1 + seconds / 2 + 0.2);
    },
    60_000,
  );

  it.each([
    ['black', 'black', 0.4],
    ['white', 'white', 0],
  ])(
    'through %s is one boundary',
    async (_name, colour, hold) => {
      const pause = hold > 0 ? `,tpad=stop_duration=${hold}:color=${colour}` : '';
      const { cuts } = await found(
        [shot(1, 1.5), shot(3, 1.5)],
        25,
        `[s0]fade=out:st=1.1:d=0.4:color=${colour}${pause}[a];[s1]fade=in:st=0:d=0.4:color=${colour}[b];[a][b]concat=n=2`,
      );
      expectOne(cuts, 1.5 + hold / 2 - 0.15, 1.5 + hold / 2 + 0.15);
    },
    60_000,
  );

  it('is told once, with a sample that shows the new shot, however dense the samples are', async () => {
    for (const sampleFps of [5, 25]) {
      const { cuts, told } = await found(
        [shot(0, 2), shot(2, 2)],
        25,
        '[s0][s1]xfade=fade:duration=1:offset=1',
        sampleFps,
      );
      // Of dense samples few are held back, and the boundary is known when the dissolve has ended.
      expectOne(cuts, 1.3, sampleFps > 5 ? 2.3 : 1.7);
      expect(told).toEqual([{ time_s: Math.ceil((cuts[0] ?? 0) * sampleFps) / sampleFps, cut_s: cuts[0] }]);
    }
  }, 60_000);
});

describe('no boundary is', () => {
  it.each([
    ['a pan', '320-320*cos(PI*max(0,t-0.4)/1.2)', '100'],
    ['a fast pan', '320-320*cos(PI*max(0,t-0.6)/0.4)', '100'],
    ['a tilt', '300', '150-150*cos(PI*t)'],
    ['a hand-held camera', '300+60*sin(t*5)+25*sin(t*17)', '150+40*sin(t*6.7)+20*sin(t*21)'],
  ])(
    '%s',
    async (_name, x, y) => {
      for (const [photo, fps] of [
        [0, 25],
        [3, 60],
      ] as const)
        expect((await found([shot(photo, 2, { x, y })], fps, '[s0]null')).cuts).toEqual([]);
    },
    60_000,
  );

  it('a zoom', async () => {
    for (const photo of [0, 4]) {
      expect(
        (
          await found(
            [shot(photo, 0.04)],
            25,
            "[0:v]scale=960:540,zoompan=z='1.8-0.8*cos(2*PI*on/50)':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d=75:s=320x180:fps=25,format=yuv420p,setsar=1[z];[s0]nullsink;[z]null",
          )
        ).cuts,
      ).toEqual([]);
    }
  }, 60_000);

  it('light that changes, a fade to black and back, or a lens out of focus', async () => {
    const changes = [
      "eq=eval=frame:brightness='-(between(t,0.8,1.2)*(t-0.8)/0.4+between(t,1.2,1.6)*(1.6-t)/0.4)'",
      "eq=eval=frame:gamma='1+1.2*max(0,min(1,(t-0.8)*2))'",
      "gblur=sigma=8:enable='between(t,0.8,1.6)'",
      "colorbalance=rs=0.25:bs=-0.25:enable='gte(t,1)'",
    ];
    for (const change of changes) expect((await found([shot(0, 2.4)], 25, `[s0]${change}`)).cuts).toEqual([]);
  }, 60_000);
});
