/** What may run the networks, as settings name it. The processor is the reference: answers were measured on it. */
export const EXECUTION_PROVIDERS = ['auto', 'cpu', 'cuda', 'coreml', 'directml', 'webgpu'] as const;

/** `auto`: the first of the others that works here. */
export type ExecutionProvider = (typeof EXECUTION_PROVIDERS)[number];

/** Something that runs networks. */
export type Provider = Exclude<ExecutionProvider, 'auto'>;

/** What networks run on, and what was tried before it. */
export interface RunsOn {
  provider: Provider;
  refused: readonly { provider: Provider; why: string }[];
}
