/**
 * The arrows of the design as a lint rule: bin → app → {mcp, cli} → tools → services → {media, vision, store, queue, weights}
 * → {registry, config, domain}; between the rooms of a layer that has some; and the packages that only one layer knows.
 */
import path from 'node:path';

const BASE = ['config', 'domain'];

/** What each layer, a folder of src or app.ts, may import of the others. */
const LAYERS = {
  domain: [],
  config: ['domain'],
  registry: BASE,
  media: ['registry', ...BASE],
  vision: ['registry', ...BASE],
  store: ['registry', ...BASE],
  queue: BASE,
  traces: BASE,
  weights: ['vision', 'media', 'registry', ...BASE],
  services: ['media', 'vision', 'store', 'queue', 'weights', 'registry', ...BASE],
  tools: ['services', ...BASE],
  mcp: ['tools', 'services', ...BASE],
  cli: ['tools', 'services', ...BASE],
  app: ['mcp', 'cli', 'tools', 'services', 'traces', ...BASE],
  bin: ['app', 'mcp', 'cli', 'tools', 'services', ...BASE],
};

/**
 * What each room may import of the other rooms of its layer. Every room may import what lies at the top of the layer,
 * and the top may import rooms only where `top` says so.
 */
const ROOMS = {
  domain: {
    top: ['errors'],
    errors: [],
    machine: ['errors'],
    shots: [],
    faces: [],
    tracks: ['faces'],
    scores: [],
    grouping: ['scores'],
    people: ['grouping', 'scores'],
    edits: ['grouping', 'people', 'errors'],
    presence: [],
    handover: [],
    report: [],
  },
  store: {
    top: ['*'],
    records: [],
    files: [],
    encryption: ['files'],
    tables: ['encryption', 'records'],
    objects: [],
    places: ['objects', 'files', 'tables'],
    head: ['places', 'tables', 'encryption', 'files'],
    derived: ['tables'],
    reading: ['derived', 'head', 'tables', 'encryption'],
    runs: ['places', 'tables', 'encryption', 'files'],
    writing: ['runs', 'reading', 'derived', 'head', 'tables', 'encryption'],
    upkeep: ['head', 'places', 'tables', 'encryption', 'files'],
  },
  media: {
    top: [],
    processes: [],
    ffmpeg: ['processes'],
    sources: [],
    film: ['ffmpeg', 'processes', 'sources'],
    pictures: ['processes', 'sources'],
  },
  vision: {
    top: ['*'],
    packs: [],
    sampling: [],
    inference: ['packs', 'sampling'],
    workers: ['inference', 'packs'],
  },
  tools: { top: ['*'], definition: [], answers: ['definition'] },
  cli: { top: ['*'], commands: [] },
  mcp: { top: [], http: [], stdio: [] },
  services: {
    top: ['*'],
    requests: [],
    answers: [],
    library: ['answers'],
    pictures: [],
    grouping: [],
    people: ['grouping'],
    suggestions: ['people', 'grouping', 'library', 'answers'],
    curation: ['suggestions', 'pictures', 'people', 'grouping', 'library', 'requests', 'answers'],
    indexing: ['pictures', 'people', 'grouping', 'library', 'requests', 'answers'],
    questions: ['people', 'grouping', 'pictures', 'library', 'requests', 'answers'],
    together: ['library', 'requests', 'answers'],
    forgetting: ['jobs', 'requests', 'answers'],
    browsing: ['indexing', 'library', 'answers'],
    evidence: ['library', 'requests', 'answers'],
    handover: ['evidence', 'library', 'requests', 'answers'],
    calibration: ['pictures', 'requests', 'answers'],
    repacking: ['requests'],
    upkeep: [],
    jobs: ['indexing', 'calibration', 'repacking', 'requests'],
  },
};

/** Packages with a single home. */
const PACKAGES = {
  '@modelcontextprotocol/sdk': 'mcp',
  commander: 'cli',
  'cli-progress': 'cli',
  'fluent-ffmpeg': 'media',
  sharp: 'media',
  exifr: 'media',
  'onnxruntime-node': 'vision',
  'onnx-proto': 'weights',
  protobufjs: 'weights',
  '@lancedb/lancedb': 'store',
  'apache-arrow': 'store',
  bullmq: 'queue',
  ioredis: 'queue',
  aws4fetch: 'store',
  '@opentelemetry': 'traces',
};

/** The layer and the room of a file below src; null elsewhere. "src/domain/types.ts" is in the top of domain. */
function placeOf(file) {
  const [src, layer, ...rest] = file.split('/');
  if (src !== 'src' || layer === undefined) return null;
  return { layer: layer.replace(/\.[jt]s$/, ''), room: rest.length > 1 ? rest[0] : 'top' };
}

/** Why a file may not import something; null when it may. @param file path from the root, with slashes */
function objection(file, source) {
  const from = placeOf(file);
  if (!from) return null;
  if (!source.startsWith('.')) {
    const name = Object.keys(PACKAGES).find((p) => source === p || source.startsWith(`${p}/`));
    return name && PACKAGES[name] !== from.layer ? `Only ${PACKAGES[name]} knows ${name}.` : null;
  }
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), source));
  const to = placeOf(target);
  if (!to) return `src may not import ${target}: what is not in src does not ship.`;
  if (to.layer !== from.layer) {
    const may = LAYERS[from.layer] ?? [];
    return may.includes(to.layer)
      ? null
      : `${from.layer} may import ${may.join(', ') || 'nothing else'}: see ARCHITECTURE.md.`;
  }
  const rooms = ROOMS[from.layer];
  if (!rooms || to.room === from.room || (to.room === 'top' && from.room !== 'top')) return null;
  const may = rooms[from.room] ?? [];
  return may.includes('*') || may.includes(to.room)
    ? null
    : `${from.layer}/${from.room} may import ${may.join(', ') || 'no other room'} of ${from.layer}: see ARCHITECTURE.md.`;
}

const arrows = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const check = (node) => {
      if (typeof node?.value !== 'string') return;
      const message = objection(file, node.value);
      if (message) context.report({ node, message });
    };
    const bySource = ({ source }) => check(source);
    return {
      ImportDeclaration: bySource,
      ExportNamedDeclaration: bySource,
      ExportAllDeclaration: bySource,
      ImportExpression: bySource,
      TSImportType: bySource,
    };
  },
};

export const layers = [
  {
    name: 'layers',
    files: ['src/**/*.ts'],
    plugins: { layers: { rules: { arrows } } },
    rules: { 'layers/arrows': 'error' },
  },
];
