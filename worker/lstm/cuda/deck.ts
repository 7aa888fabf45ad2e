import type { CudaDevice } from "./device.ts";
import type { Lane, LaneWork } from "./lane.ts";
import { type LaneExtent, loadOf, turnOf } from "./launches.ts";
import { laneBytes } from "./record.ts";
import { Room, Tables } from "./tables.ts";

/** Something for a lane to compute. */
export interface DeckJob {
  readonly lane: Lane;
  readonly work: LaneWork;
  /** Called now and then while the device rests, with how many pieces are done. False: leave the rest. */
  readonly progress: (done: number) => boolean;
}

export interface DeckOptions {
  /** Milliseconds of launches between two looks at what the lanes want. */
  readonly sliceMs?: number;
  readonly now?: () => number;
}

interface Place {
  readonly job: DeckJob;
  readonly extent: LaneExtent;
  done: number;
  /** With the device at rest: reads what came of it; the answer tells what waits for it. */
  readonly finish: () => () => void;
  readonly reject: (error: unknown) => void;
}

export const mostLanes = 1024;
/** Turns of a slice, at most. */
const mostTurns = 1024;
/** How far the time of a slice tells that of another with more load: training after predictions has three times as much. */
const farLarger = 4;

/**
 * Lets lanes compute together: each launch serves all of them. Launches go out in slices of some milliseconds; between
 * two slices the device rests, and everything that touches it happens then: new lanes begin, ended ones are read. What
 * JavaScript does with an ended lane (scores, reports) happens while the next slice computes. Lanes that end together are
 * handed on a few at a time, so that the first ones compute again while the last ones are scored.
 */
export class Deck {
  readonly device: CudaDevice;
  readonly tables: Tables;
  private readonly sliceMs: number;
  private readonly now: () => number;
  private readonly records: Room;
  private readonly places: (Place | null)[] = [];
  /** To do before the next slice. */
  private waiting: (() => void)[] = [];
  /** Read, but not handed on yet. */
  private ended: (() => void)[] = [];
  private running = false;
  /** The last slice: its turns, the mean load of one (see `loadOf`), and the milliseconds that a unit of load took. */
  private last = { turns: 0, load: 0, pace: 0 };

  constructor(device: CudaDevice, options: DeckOptions = {}) {
    this.device = device;
    this.tables = new Tables(device);
    this.sliceMs = options.sliceMs ?? 20;
    this.now = options.now ?? (() => performance.now());
    this.records = new Room(device);
  }

  /** Does something with the device while it rests. */
  between<T>(act: () => T): Promise<T> {
    return this.whenAtRest((resolve: (value: T) => void) => resolve(act()));
  }

  /** Computes all pieces of the job, or as many as `progress` wants; then, with the device at rest, `finish`. */
  run<T>(job: DeckJob, finish: () => T): Promise<T> {
    return this.whenAtRest((resolve: (value: T) => void, reject) =>
      this.admit({
        job,
        extent: job.lane.extent(job.work.pieces),
        done: 0,
        finish: () => {
          const value = finish();
          return () => resolve(value);
        },
        reject,
      }),
    );
  }

  dispose(): void {
    this.records.dispose();
  }

  private whenAtRest<T>(
    act: (resolve: (value: T) => void, reject: (error: unknown) => void) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push(() => {
        try {
          act(resolve, reject);
        } catch (error) {
          reject(error);
        }
      });
      if (!this.running) void this.loop();
    });
  }

  private async loop(): Promise<void> {
    this.running = true;
    // What is asked for in one turn of the event loop starts together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (;;) {
      for (const act of this.waiting.splice(0)) act();
      if (!this.places.some((place) => place !== null)) {
        if (this.ended.length === 0) break;
        await this.handOn(this.sliceMs / 4);
        continue;
      }
      try {
        await this.slice();
      } catch (error) {
        this.places.forEach((place, index) => {
          place?.reject(error);
          this.places[index] = null;
        });
      }
    }
    this.running = false;
  }

  /** Lets JavaScript go on with lanes that have ended: one, and others until this time is over. */
  private async handOn(ms: number): Promise<void> {
    const until = this.now() + ms;
    do {
      this.ended.shift()?.();
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (this.ended.length > 0 && this.now() < until);
  }

  private admit(place: Place): void {
    const free = this.places.indexOf(null);
    const index = free < 0 ? this.places.length : free;
    if (index >= mostLanes) throw new RangeError(`more than ${mostLanes} lanes`);
    const at = this.records.atLeast(mostLanes * laneBytes);
    this.device.put(at + index * laneBytes, place.job.lane.prepare(place.job.work));
    this.places[index] = place;
  }

  private async slice(): Promise<void> {
    const started = this.now();
    const turns = Math.min(this.turnsOfSlice(), Math.max(...this.places.map(leftOf)));
    const load = this.launch(turns);
    do await this.handOn(0);
    while (!this.device.idle());
    const spent = Math.max(this.now() - started, 1e-3);
    this.last = { turns, load: load / turns, pace: spent / load };
    for (const [index, place] of this.places.entries()) {
      if (place !== null) this.look(index, place, Math.min(turns, leftOf(place)));
    }
  }

  /** As many as the slice has time for, going by the last one; a single one where a far larger lane has joined since. */
  private turnsOfSlice(): number {
    const { turns, load, pace } = this.last;
    const now = this.loadOf(0);
    if (now > farLarger * load) return 1;
    return Math.max(1, Math.min(mostTurns, 2 * turns, Math.floor(this.sliceMs / (pace * now))));
  }

  /** Of a turn, when this many are done. */
  private loadOf(done: number): number {
    const extents = this.places.map((place) => (leftOf(place) > done ? place!.extent : null));
    return loadOf(extents, this.device.multiprocessors);
  }

  /** The same launches again and again until a lane has nothing left to do; the load of all. */
  private launch(turns: number): number {
    const at = this.records.at;
    let load = 0;
    for (let done = 0; done < turns;) {
      const active = this.places.map((place) => (leftOf(place) > done ? place : null));
      const last = active.findLastIndex((place) => place !== null);
      const extents = active.slice(0, last + 1).map((place) => place?.extent ?? null);
      const launches = turnOf(extents, this.device.precision);
      const least = Math.min(...active.flatMap((place) => (place === null ? [] : [leftOf(place)])));
      const until = Math.min(turns, least);
      load += (until - done) * this.loadOf(done);
      for (; done < until; done++) {
        for (const { kernel, grid, layer } of launches) this.device.launch(kernel, grid, at, layer);
      }
    }
    return load;
  }

  private look(index: number, place: Place, turns: number): void {
    place.done += turns;
    try {
      const goesOn = place.job.progress(place.done);
      if (goesOn && leftOf(place) > 0) return;
      this.places[index] = null;
      if (leftOf(place) > 0) this.device.clear(this.records.at + index * laneBytes, laneBytes);
      this.ended.push(place.finish());
    } catch (error) {
      this.places[index] = null;
      place.reject(error);
    }
  }
}

function leftOf(place: Place | null): number {
  return place === null ? 0 : place.job.work.pieces.length - place.done;
}
