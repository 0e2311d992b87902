/** What a process has done, in numbers. */

/** Counted since the process began. */
export interface Activity {
  /** Pictures of films that were looked at. */
  pictures: number;
  /** Faces seen in them. */
  faces: number;
}
