/** The package brings no types. */
declare module 'spdx-satisfies' {
  /** Whether an SPDX expression can be met by one of `allowed`. @throws Error when the expression does not parse */
  export default function satisfies(expression: string, allowed: readonly string[]): boolean;
}
