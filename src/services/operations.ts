/** For whoever watches over a server: whether it can answer, and what it has done. */
import { newId } from '../domain/ids.js';
import type { Activity } from './activity.js';
import type { Resources } from './resources.js';

export interface OperationsService {
  readonly activity: Readonly<Activity>;
  /** Opens the library and reads from it. @throws RollcallError why questions can't be answered now */
  ready(signal?: AbortSignal): Promise<void>;
}

export function createOperationsService(resources: Pick<Resources, 'library' | 'activity'>): OperationsService {
  return {
    activity: resources.activity,
    async ready(signal) {
      const library = await resources.library();
      // What is not there is looked for all the same.
      await library.video(newId('video'), signal);
    },
  };
}
