/**
 * Containers that hold video by themselves. Others (HLS, DASH, concat, IMF, SDP …) make ffmpeg open further files or
 * addresses.
 */
const FORMATS = [
  'mov',
  'mp4',
  'matroska',
  'webm',
  'avi',
  'mpegts',
  'mpeg',
  'mpegvideo',
  'mpegtsraw',
  'flv',
  'live_flv',
  'asf',
  'ogg',
  'rm',
  'mxf',
  'mxf_d10',
  'gxf',
  'dv',
  'nut',
  'ivf',
  'obu',
  'av1',
  'h261',
  'h263',
  'h264',
  'hevc',
  'vvc',
  'm4v',
  'vc1',
  'vc1test',
  'mjpeg',
  'mjpeg_2000',
  'mpjpeg',
  'wtv',
  'swf',
  'gif',
  'apng',
  'yuv4mpegpipe',
  'y4m',
  'bink',
  'smk',
  'roq',
  'rawvideo',
  'avs',
  'avs2',
  'cavsvideo',
  'dirac',
  'r3d',
  'pva',
  'nsv',
  'nuv',
  'ty',
  'lvf',
  'viv',
  'amv',
  'film_cpk',
  '4xm',
  'flic',
];
/** Sound and stills are let in so that the answer can say what the file is. */
const SOUND = [
  'mp3',
  'aac',
  'wav',
  'flac',
  'aiff',
  'amr',
  'ac3',
  'eac3',
  'dts',
  'ape',
  'caf',
  'w64',
  'au',
  'mp2',
  'opus',
  'wv',
  'tta',
];
const STILLS = [
  'image2',
  'png_pipe',
  'jpeg_pipe',
  'webp_pipe',
  'bmp_pipe',
  'tiff_pipe',
  'gem_pipe',
  'j2k_pipe',
  'jpegls_pipe',
  'jpegxl_pipe',
  'pam_pipe',
  'pbm_pipe',
  'pgm_pipe',
  'ppm_pipe',
  'psd_pipe',
  'qdraw_pipe',
  'sgi_pipe',
  'svg_pipe',
  'exr_pipe',
  'dds_pipe',
  'pcx_pipe',
  'ico',
  'gdv_pipe',
  'avif',
  'heif',
];

/** Options before `-i` for ffmpeg and ffprobe: only what is on this machine, and only self-contained formats. */
export const INPUT_GUARDS: readonly string[] = [
  '-protocol_whitelist',
  'file',
  '-format_whitelist',
  [...FORMATS, ...SOUND, ...STILLS].join(','),
];

/** ffmpeg's names of still image formats. */
export const STILL_IMAGE_FORMATS = /(^|,)(image2|\w+_pipe|ico|avif|heif)(,|$)/;

/** Whether a format's name, or the first bytes of a file, are those of a playlist. */
export function isPlaylist(what: string | Buffer): boolean {
  if (typeof what === 'string')
    return /(^|,)(hls|applehttp|concat|dash|imf|sdp|rtsp|tedcaptions|webm_dash_manifest)(,|$)/.test(what);
  const head = what
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  return (
    /^(#EXTM3U|ffconcat|v=0\r?\n|\[playlist\]|<asx)/i.test(head) ||
    /^(file|#)\s.*(\r?\n|$)(file\s|#)/i.test(head) ||
    /<(MPD|smil|SmoothStreamingMedia|playlist)[\s>]/i.test(head)
  );
}
