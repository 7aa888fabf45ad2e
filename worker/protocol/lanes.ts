/** A process may train several trials at once: each of its *lanes* is a worker with an id, messages and orders of its own. */

/** `lane` counts from 0; the first one has the process's own name. */
export function laneId(process: string, lane: number): string {
  return lane === 0 ? process : `${process}-lane${lane + 1}`;
}

/** The name of the process that a worker is a lane of: its own where it is the only one. */
export function processOf(worker: string): string {
  return worker.replace(/-lane\d+(?=@|$)/, "");
}

/** How many lanes to open: one where the engine trains one trial at a time, else what was asked for or what it takes well. */
export function lanesToOpen(asked: number | "auto", engine: number): number {
  return engine === 1 || asked === "auto" ? engine : asked;
}
