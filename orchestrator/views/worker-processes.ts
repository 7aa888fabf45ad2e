import { processOf } from "../../worker/protocol/lanes.ts";

/** The lanes of a process that trains several trials at once, each a worker; of other processes the only one. */
export interface WorkerProcess<T> {
  readonly id: string;
  readonly lanes: readonly [T, ...T[]];
}

/** Workers by process, in the order of the first ones. `idOf`: the worker's name. */
export function byProcess<T>(
  workers: readonly T[],
  idOf: (worker: T) => string,
): readonly WorkerProcess<T>[] {
  const processes = new Map<string, [T, ...T[]]>();
  for (const worker of workers) {
    const id = processOf(idOf(worker));
    const lanes = processes.get(id);
    if (lanes === undefined) processes.set(id, [worker]);
    else lanes.push(worker);
  }
  return [...processes].map(([id, lanes]) => ({ id, lanes }));
}

/** `37 of 64 lanes train` */
export function lanesWords(training: number, lanes: number): string {
  return `${training} of ${lanes} lanes train`;
}
