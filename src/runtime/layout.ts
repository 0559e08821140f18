/**
 * Where things lie in a cache's folder.
 *
 *   stages/<aa>/<fingerprint>/[<rows>/]   stage.json and Arrow files; a folder a length of trajectories
 *   partial/<fingerprint>/                a stage being made
 *     series.arrows, snapshots.arrows, …    rows so far, as streams, which may be cut anywhere
 *     checkpoint-<rows>.arrow               state after so many of them
 *     checkpoint-<rows>.json                what that file, and the streams up to there, must be
 *     stage/                                files of the stage, once they are final
 *   partial/dropped-<random>/             what is being removed
 *   locks/<fingerprint>.json              who makes it; likewise of a run's id: who runs it
 *   logs/<fingerprint>.txt                what a step printed that failed
 *   damaged/                              stages that were not what their record says
 *   runs/<id>.json                        a record a run
 */
import { join } from "node:path";
import type { SnapshotName } from "./step.js";

export interface Cache {
  /** Absolute path of the cache's folder. */
  readonly root: string;
}

export const stagesFolder = ({ root }: Cache) => join(root, "stages");
export const runsFolder = ({ root }: Cache) => join(root, "runs");
export const damagedFolder = ({ root }: Cache) => join(root, "damaged");
export const partialsFolder = ({ root }: Cache) => join(root, "partial");
export const partialFolder = (cache: Cache, fingerprint: string) =>
  join(partialsFolder(cache), fingerprint);
export const droppedPrefix = "dropped-";
export const locksFolder = ({ root }: Cache) => join(root, "locks");
export const logsFolder = ({ root }: Cache) => join(root, "logs");
export const logFile = (cache: Cache, fingerprint: string) =>
  join(logsFolder(cache), `${fingerprint}.txt`);
export const lockFile = (cache: Cache, of: string) => join(locksFolder(cache), `${of}.json`);

/** The folder of a stage, or of a trajectory's lengths. */
export const stageFolder = (cache: Cache, fingerprint: string) =>
  join(stagesFolder(cache), fingerprint.slice(0, 2), fingerprint);

/** Files of a stage. */
export const recordFile = "stage.json";
export const seriesFile = "series.arrow";
export const snapshotFile = (name: SnapshotName) => `${name}.arrow`;
export const stateFile = "state.arrow";

/** Files of a stage being made; snapshots have the names that they will have in the stage. */
export const seriesStream = "series.arrows";
export const checkpointFile = (rows: number) => `checkpoint-${rows}.arrow`;
export const checkpointRecord = (rows: number) => `checkpoint-${rows}.json`;
export const checkpointPattern = /^checkpoint-(\d+)\.json$/;
export const finalFolder = (partial: string) => join(partial, "stage");
