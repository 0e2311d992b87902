/** What is done to weights before they are run. Imported when something is to be prepared: it loads onnx-proto. */
import type { NetworkRole } from '../vision/packs/networks.js';
import { BATCH_AXIS, freeInputShape } from './onnx-edit.js';
import { splitPrelu } from './prelu-split.js';

/**
 * Makes the network that is run out of an ONNX file. The same file gives the same bytes; whoever changes which, raises
 * the number in PREPARATION (vision/packs/networks) and the manifests' hashes.
 * @throws RollcallError `missing_model` if the bytes are no ONNX model of pictures
 */
export function prepareNetwork(role: NetworkRole, weights: Uint8Array): Uint8Array {
  return role === 'detector' ? freeInputShape(weights) : splitPrelu(freeInputShape(weights, BATCH_AXIS));
}
