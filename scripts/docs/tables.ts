/** The README's tables, made from what they describe. Pure. */
import path from 'node:path';
import { z } from 'zod';
import { flagOf, loadSettings, settingInfo, settingNames } from '../../src/config/settings.js';
import type { Tool } from '../../src/tools/definition/define-tool.js';

/** One row a tool: its name and title, when to use it, its arguments (the required ones in bold). */
export function toolsTable(tools: readonly Tool[]): string {
  return table(
    ['Tool', 'What it does', 'Arguments'],
    tools.map((tool) => [
      `\`${tool.name}\``,
      `**${tool.title}.** ${firstSentence(tool.description)}`,
      Object.entries(tool.input.shape)
        .map(([name, schema]) =>
          schema instanceof z.ZodType && !schema.safeParse(undefined).success ? `**\`${name}\`**` : `\`${name}\``,
        )
        .join(', '),
    ]),
  );
}

/** One row a setting. */
export function settingsTable(): string {
  // A home that does not exist holds no config.json: what comes out is the defaults.
  const defaults = loadSettings({ home: path.join(import.meta.dirname, 'none') }, {});
  return table(
    ['Setting', 'Flag', 'Environment', 'What it is', 'Allowed', 'Default'],
    settingNames.map((name) => {
      const { env, allowed, description, byDefault } = settingInfo(name),
        value = defaults[name];
      return [
        `\`${name}\``,
        `\`${flagOf(name)}\``,
        `\`${env}\``,
        description,
        allowed.replace(`"${path.delimiter}"`, '":" (";" on Windows)'),
        byDefault ?? (value === null ? '—' : `\`${String(value)}\``),
      ];
    }),
  );
}

function firstSentence(text: string): string {
  return /^.*?[.](?=\s|$)/s.exec(text)?.[0] ?? text;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/**
 * Puts `text` between the marks `<!-- name:begin -->` and `<!-- name:end -->` of a page.
 * @throws Error when the page lacks the marks
 */
export function fillIn(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = page.indexOf(begin),
    to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page lacks ${begin} … ${end}`);
  return `${page.slice(0, from + begin.length)}\n${text}\n${page.slice(to)}`;
}
