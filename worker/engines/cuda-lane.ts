import { type SequenceSet, sampleCount } from "../data/outputs/sequences.ts";
import type { Deck } from "../lstm/cuda/deck.ts";
import { firstSlot, Lane, type LaneGoal, type LaneWork } from "../lstm/cuda/lane.ts";
import { bytesOfLane, type LaneNeeds } from "../lstm/cuda/lane-needs.ts";
import { type LanePlan, type LaneUse, planLane } from "../lstm/cuda/plan.ts";
import { type Piece, pieceRecords } from "../lstm/cuda/record.ts";
import { type Loss, toPredictions } from "../lstm/losses.ts";
import type { ModelSettings } from "../protocol/model-settings.ts";
import { type ModelDims, type WeightShape, weightShapes } from "../protocol/model-shape.ts";
import { optimizerOf } from "../protocol/optimizer.ts";
import { classWeights } from "./class-weights.ts";
import type { NamedWeights, TrainJob } from "./engine.ts";
import { fusedLoss, networkShape, weightSpans } from "./fused-model.ts";
import { loadFlat, namedFlat, slotShapes } from "./fused-weights.ts";
import { initialWeights } from "./init.ts";
import { inOrder } from "./order.ts";
import { dimsOf } from "./weights.ts";

/** Weights and the optimizer's memory of a lane, as they were when the device rested, and as it keeps them. */
export interface LaneSnapshot {
  readonly weights: Float32Array;
  readonly slots: readonly Float32Array[];
}

type Rates = Pick<LaneGoal, "outputRate" | "stateRate">;

function useOf(model: ModelSettings, rates: Rates, slots: number): LaneUse {
  return {
    dropout: rates.outputRate > 0,
    recurrentDropout: rates.stateRate > 0,
    slots,
    batch: model.batch_size,
  };
}

/** The weights that a training starts from. */
export function startOf({ model, train, seed, from }: TrainJob): readonly NamedWeights[] {
  return from?.weights ?? initialWeights(model, dimsOf(train), seed);
}

/** The largest works of a training. */
function trainingNeeds({ model, train, scored }: TrainJob, rows: number): LaneNeeds {
  const samples = sampleCount(train);
  const batches = Math.ceil(samples / model.batch_size);
  const predicted = scored ? sampleCount(scored) : 0;
  return {
    samples: Math.max(samples, predicted),
    pieces: Math.max(batches * Math.ceil(model.batch_size / rows), Math.ceil(predicted / rows)),
    steps: model.optimizer === "gradient_descent" ? 1 : batches,
    sets: [train, ...(scored ? [scored] : [])],
  };
}

function predictionNeeds(set: SequenceSet, rows: number): LaneNeeds {
  const samples = sampleCount(set);
  return { samples, pieces: Math.ceil(samples / rows), steps: 0, sets: [set] };
}

function planOf(model: ModelSettings, dims: ModelDims, goal: Rates, slots: number): LanePlan {
  return planLane(networkShape(model, dims), useOf(model, goal, slots));
}

/** A model on the deck. What touches the device happens in `between` and `run`; the rest is called while it computes. */
export class CudaLane {
  readonly shapes: readonly WeightShape[];
  readonly rows: number;
  private readonly deck: Deck;
  private readonly lane: Lane;
  private readonly slotShapes: readonly WeightShape[][];
  private readonly predictedLoss: Loss;
  private prediction: LaneWork | null = null;

  private constructor(
    deck: Deck,
    model: ModelSettings,
    dims: ModelDims,
    goal: LaneGoal,
    slots: readonly string[],
    needs: (rows: number) => LaneNeeds,
  ) {
    this.deck = deck;
    this.shapes = weightShapes(model, dims);
    this.slotShapes = slotShapes(this.shapes, slots);
    this.predictedLoss = fusedLoss(model, null);
    const plan = planOf(model, dims, goal, slots.length);
    this.rows = plan.rows;
    this.lane = new Lane(deck.device, deck.tables, plan, goal, weightSpans(this.shapes), needs(plan.rows));
  }

  /** While the device rests. Throws `OutOfMemory`, `WeightsMismatch`. */
  static forTraining(deck: Deck, job: TrainJob, start: readonly NamedWeights[]): CudaLane {
    const { model, train, seed, from } = job;
    const optimizer = optimizerOf(model);
    const dims = dimsOf(train);
    const goal: LaneGoal = {
      loss: fusedLoss(model, classWeights(model, train)),
      penalties: {
        l2: model.l2,
        weightDecay: optimizer.weightDecay,
        clipValue: model.clip_value,
        clipNorm: model.clip_norm,
      },
      rule: optimizer.updateFor(1, 1).code,
      seed,
      outputRate: model.dropout,
      stateRate: model.recurrent_dropout,
    };
    const needs = (rows: number): LaneNeeds => trainingNeeds(job, rows);
    const lane = new CudaLane(deck, model, dims, goal, optimizer.slots, needs);
    return lane.loaded(start, from?.optimizer ?? [], optimizer.fill);
  }

  /** While the device rests; throws as `forTraining` does. */
  static forPredictions(
    deck: Deck,
    model: ModelSettings,
    set: SequenceSet,
    weights: readonly NamedWeights[],
  ): CudaLane {
    const penalties = { l2: 0, weightDecay: 0, clipValue: null, clipNorm: null };
    const goal = { loss: fusedLoss(model, null), penalties, rule: 0, seed: 0, outputRate: 0, stateRate: 0 };
    const needs = (rows: number): LaneNeeds => predictionNeeds(set, rows);
    return new CudaLane(deck, model, dimsOf(set), goal, [], needs).loaded(weights, [], 0);
  }

  /** Bytes that a training will take on the device, beside what is there already. */
  static trainingBytes({ tables }: Deck, job: TrainJob): number {
    const { model, train } = job;
    const dims = dimsOf(train);
    const rates = { outputRate: model.dropout, stateRate: model.recurrent_dropout };
    const plan = planOf(model, dims, rates, optimizerOf(model).slots.length);
    return bytesOfLane(tables, plan, trainingNeeds(job, plan.rows), weightShapes(model, dims).length);
  }

  /** As `trainingBytes`, of predictions. */
  static predictionBytes({ tables }: Deck, model: ModelSettings, set: SequenceSet): number {
    const dims = dimsOf(set);
    const plan = planOf(model, dims, { outputRate: 0, stateRate: 0 }, 0);
    return bytesOfLane(tables, plan, predictionNeeds(set, plan.rows), weightShapes(model, dims).length);
  }

  /** Computes work; see `Deck.run`. */
  run<T>(
    work: LaneWork,
    progress: (losses: () => Float32Array, done: number) => boolean,
    finish: () => T,
  ): Promise<T> {
    const { lane } = this;
    const job = { lane, work, progress: (done: number) => progress(() => lane.losses(done), done) };
    return this.deck.run(job, finish);
  }

  /** While the device rests. */
  snapshot(): LaneSnapshot {
    return {
      weights: this.lane.get(0),
      slots: this.slotShapes.map((_, slot) => this.lane.get(firstSlot + slot)),
    };
  }

  /** While the device rests: see `Lane.squares`. */
  squares(steps: number): Float64Array {
    return this.lane.squares(steps);
  }

  namedWeights({ weights }: LaneSnapshot): NamedWeights[] {
    return namedFlat(this.shapes, this.lane.flat(weights));
  }

  namedSlots({ slots }: LaneSnapshot): NamedWeights[] {
    return this.slotShapes.flatMap((shapes, slot) => namedFlat(shapes, this.lane.flat(slots[slot]!)));
  }

  /**
   * Predictions of all samples [samples, outputs]. Throws the signal's reason when it fires, and ends early, with anything, where
   * they are not wanted any more. `atRest` is called when they are read, while the device rests.
   */
  async predict(
    set: SequenceSet,
    signal: AbortSignal,
    wanted: () => boolean = () => true,
    atRest: () => void = () => {},
  ): Promise<Float32Array> {
    signal.throwIfAborted();
    const work = this.predictionOf(set);
    const predictions = await this.run(
      work,
      () => !signal.aborted && wanted(),
      () => {
        atRest();
        return this.lane.outputs(work.samples.length);
      },
    );
    signal.throwIfAborted();
    toPredictions(this.predictedLoss, predictions, set.outputs);
    return predictions;
  }

  /** The same work after every epoch. */
  private predictionOf(set: SequenceSet): LaneWork {
    if (this.prediction?.set === set) return this.prediction;
    const samples = inOrder(sampleCount(set));
    const pieces: Piece[] = [];
    for (let from = 0; from < samples.length; from += this.rows) {
      const count = Math.min(this.rows, samples.length - from);
      pieces.push({ from, count, place: from, epoch: 0, batch: 0, flags: 0, scale: 0 });
    }
    this.prediction = { set, samples, pieces, records: pieceRecords(pieces), numbers: new Float64Array(0) };
    return this.prediction;
  }

  /** While the device rests. */
  dispose(): void {
    this.lane.dispose();
  }

  private loaded(weights: readonly NamedWeights[], optimizer: readonly NamedWeights[], fill: number): this {
    try {
      const flat = new Float32Array(this.lane.plan.weightCount);
      loadFlat(this.shapes, weights, flat);
      this.lane.put(0, flat);
      for (const [slot, shapes] of this.slotShapes.entries()) {
        if (optimizer.length === 0) flat.fill(fill);
        else loadFlat(shapes, optimizer.slice(slot * shapes.length, (slot + 1) * shapes.length), flat);
        this.lane.put(firstSlot + slot, flat);
      }
      return this;
    } catch (error) {
      this.lane.dispose();
      throw error;
    }
  }
}
