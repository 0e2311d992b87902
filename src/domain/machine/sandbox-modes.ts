/** Whether decoders run in a sandbox: where there is one, only in one, or without. */
export const SANDBOX_MODES = ['auto', 'required', 'off'] as const;
export type SandboxMode = (typeof SANDBOX_MODES)[number];
