/**
 * The arrows of the design as lint rules: bin → app → {mcp, cli} → tools → services → {media, vision,
 * store} → {registry, config, domain}, and the packages that only one layer may know.
 */

/** What each folder of src may import of the others. app.ts counts as a folder. */
const MAY_IMPORT = {
  domain: [],
  config: ['domain'],
  registry: ['config', 'domain'],
  media: ['registry', 'config', 'domain'],
  vision: ['registry', 'config', 'domain'],
  store: ['registry', 'config', 'domain'],
  services: ['media', 'vision', 'store', 'registry', 'config', 'domain'],
  tools: ['services', 'config', 'domain'],
  mcp: ['tools', 'services', 'config', 'domain'],
  cli: ['tools', 'services', 'config', 'domain'],
  app: ['mcp', 'cli', 'tools', 'services', 'config', 'domain'],
  bin: ['app', 'mcp', 'cli', 'tools', 'services', 'config', 'domain'],
};

/** Packages with a single home. */
const ONLY_IN = {
  '@modelcontextprotocol/sdk': 'mcp',
  commander: 'cli',
  'cli-progress': 'cli',
  'fluent-ffmpeg': 'media',
  sharp: 'media',
  'onnxruntime-node': 'vision',
  '@lancedb/lancedb': 'store',
  'apache-arrow': 'store',
};

const escape = (s) => s.replace(/[/.]/g, '\\$&');

function layer(name) {
  const others = Object.keys(MAY_IMPORT).filter((other) => other !== name && !MAY_IMPORT[name].includes(other));
  const packages = Object.keys(ONLY_IN).filter((p) => ONLY_IN[p] !== name);
  const bans = [
    {
      regex: `^(\\.{1,2}\\/)+(${others.join('|')})(\\/|\\.js$)`,
      message: `${name} may import ${MAY_IMPORT[name].join(', ') || 'nothing else'}: see ARCHITECTURE.md.`,
    },
    {
      regex: `^(${packages.map(escape).join('|')})(\\/|$)`,
      message: `Only ${[...new Set(packages.map((p) => ONLY_IN[p]))].join(', ')} know these packages.`,
    },
  ];
  return {
    name: `layers/${name}`,
    files: [name === 'app' ? 'src/app.ts' : `src/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', { patterns: bans }],
      // The rule above does not see import().
      'no-restricted-syntax': [
        'error',
        ...bans.map(({ regex, message }) => ({ selector: `ImportExpression > Literal[value=/${regex}/]`, message })),
      ],
    },
  };
}

export const layers = Object.keys(MAY_IMPORT).map(layer);
