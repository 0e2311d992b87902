/** Nothing is told to the maker of the inference library. */
import process from 'node:process';

/**
 * onnxruntime's own builds for Linux and macOS (from 1.29) send what they run to Microsoft, and leave a device id, a
 * database and logs in the user's cache and temporary folder, unless this variable stands in the environment when they
 * start. A worker thread's environment is a copy that native code doesn't see, so it is to be called in the main
 * thread, before the worker starts. On Windows it does nothing: there onnxruntime emits trace events (ETW) to the
 * system, which its binding for Node has no switch for.
 * Source: https://github.com/microsoft/onnxruntime/pull/27379
 */
export function refuseTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
