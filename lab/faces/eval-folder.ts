import path from 'node:path';

/** The folder of evaluation data: the option, else ROLLCALL_EVAL. @throws Error saying what to give */
export function evalFolder(option: string | undefined): string {
  const folder = option ?? process.env.ROLLCALL_EVAL;
  if (!folder) throw new Error('Say where the evaluation data is: --eval FOLDER, or ROLLCALL_EVAL.');
  return path.resolve(folder);
}
