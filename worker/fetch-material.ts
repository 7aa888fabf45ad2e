import type { Assignment } from "./protocol/assignment.ts";
import { BlobDamaged, BlobMissing, type BlobStore } from "./protocol/blobs.ts";
import { pause, systemClock, type Clock } from "./protocol/clock.ts";
import type { BlobRef } from "./protocol/ids.ts";
import type { AttemptEnd } from "./protocol/messages.ts";
import type { Material } from "./training/trainer.ts";

export type Fetched =
  | { readonly kind: "material"; readonly material: Material }
  /** The worker is ending, or a file is not to be had by anyone. */
  | { readonly kind: "over"; readonly end: AttemptEnd }
  /** Another worker may well be able to fetch it. */
  | { readonly kind: "not_here"; readonly end: AttemptEnd };

/**
 * Waits between looks for a data file that is not there. The coordinator stored it before it offered the trial, and stores
 * it again where the server has lost it.
 */
const waitsMs = [1_000, 2_000, 4_000, 8_000];

/** Programs find their own data. */
const none = new Uint8Array();

/** Fetches what assignments need, for all lanes of a process. Keeps the data file of the last one for the next. */
export class MaterialShelf {
  private readonly blobs: BlobStore;
  private readonly clock: Clock;
  private held: { readonly sha256: string; readonly data: Promise<Uint8Array> } | null = null;

  constructor(blobs: BlobStore, clock: Clock = systemClock) {
    this.blobs = blobs;
    this.clock = clock;
  }

  async fetch(assignment: Assignment, signal: AbortSignal): Promise<Fetched> {
    try {
      const data = assignment.kind === "program" ? none : await this.find(assignment.data, signal);
      const needed = neededWeights(assignment);
      if (needed === undefined) return { kind: "material", material: { data } };
      const weights = await this.blobs.get(needed, signal);
      const fits = assignment.kind === "evaluate" ? assignment.baselines : undefined;
      if (fits === undefined) return { kind: "material", material: { data, weights } };
      return { kind: "material", material: { data, weights, baselines: await this.blobs.get(fits, signal) } };
    } catch (error) {
      if (signal.aborted) return { kind: "over", end: { kind: "handed_back", epoch: startOf(assignment) } };
      return whyNot(assignment, error);
    }
  }

  private async find(ref: BlobRef, signal: AbortSignal): Promise<Uint8Array> {
    for (const waitMs of waitsMs) {
      try {
        return await this.data(ref, signal);
      } catch (error) {
        if (!(error instanceof BlobMissing)) throw error;
      }
      await pause(this.clock, waitMs, signal);
      signal.throwIfAborted();
    }
    return await this.data(ref, signal);
  }

  private async data(ref: BlobRef, signal: AbortSignal): Promise<Uint8Array> {
    if (this.held?.sha256 === ref.sha256) {
      const data = await this.held.data.catch(() => null); // another lane's attempt to fetch it
      if (data !== null) return data;
    }
    const held = { sha256: ref.sha256, data: this.blobs.get(ref, signal) };
    this.held = held;
    try {
      return await held.data;
    } catch (error) {
      if (this.held === held) this.held = null;
      throw error;
    }
  }
}

/** The last epoch that an assignment need not train again. */
function startOf(assignment: Assignment): number {
  const { kind } = assignment;
  return kind === "trial" || kind === "program" ? (assignment.from?.epoch ?? 0) : 0;
}

function neededWeights(assignment: Assignment): BlobRef | undefined {
  switch (assignment.kind) {
    case "trial":
    case "program":
      return assignment.from?.checkpoint;
    case "evaluate":
    case "predict":
    case "score_inputs":
      return assignment.model;
    case "lr_range_test":
    case "retrain":
      return undefined;
    default:
      return assignment satisfies never;
  }
}

function whyNot(assignment: Assignment, error: unknown): Fetched {
  if (error instanceof BlobMissing || error instanceof BlobDamaged) {
    const isData = assignment.kind !== "program" && error.ref.sha256 === assignment.data.sha256;
    const failure = isData ? "bad_data" : "error";
    return { kind: "over", end: { kind: "failed", failure, message: error.message } };
  }
  const reason = error instanceof Error ? error.message : String(error);
  const message = `this worker could not fetch the trial's files: ${reason}`.slice(0, 4000);
  return { kind: "not_here", end: { kind: "failed", failure: "error", message } };
}
