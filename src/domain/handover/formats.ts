/** What can be handed over. */
export const EXPORT_FORMATS = ['csv', 'json', 'vtt', 'chapters', 'edl', 'otio', 'stills'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
