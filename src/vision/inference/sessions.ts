/** Sessions of onnxruntime. */
import * as ort from 'onnxruntime-node';
import { refuseTelemetry } from './refuse-telemetry.js';

/** A network ready to run; sessions are made once and never reloaded (onnxruntime leaks on release). */
export interface Session {
  readonly inputName: string;
  run(
    data: Float32Array,
    dims: readonly number[],
  ): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>>;
  release(): Promise<void>;
}

/**
 * Opens an ONNX model from memory.
 * @param provider an execution provider by onnxruntime's name; what it lacks runs on the CPU
 */
export async function openSession(model: Uint8Array, threads: number, provider = 'cpu'): Promise<Session> {
  // For scripts that need no worker; in the worker openPipeline has seen to it.
  refuseTelemetry();
  const session = await ort.InferenceSession.create(model, {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Inputs come in few sizes; the arena would keep the largest of each for ever.
    enableMemPattern: false,
    // Threads that spin while they wait take the processor from ffmpeg, which decodes at the same time.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
    logSeverityLevel: 3,
  });
  const inputName = session.inputNames[0];
  if (inputName === undefined) throw new Error('the model has no input');
  return {
    inputName,
    async run(data, dims) {
      const outputs = await session.run({ [inputName]: new ort.Tensor('float32', data, dims) });
      const result: Record<string, { data: Float32Array; dims: readonly number[] }> = {};
      for (const [name, tensor] of Object.entries(outputs)) {
        if (!(tensor.data instanceof Float32Array)) throw new Error(`output ${name} is ${tensor.type}, not float32`);
        result[name] = { data: tensor.data, dims: tensor.dims };
      }
      return result;
    },
    release: () => session.release(),
  };
}
