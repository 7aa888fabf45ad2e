import { type SequenceSet, sampleCount } from "../data/outputs/sequences.ts";
import type { Deck } from "../lstm/cuda/deck.ts";
import { firstSlot, Lane, type LaneGoal, type LaneWork } from "../lstm/cuda/lane.ts";
import { type LaneUse, planLane } from "../lstm/cuda/plan.ts";
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

function useOf(
  model: ModelSettings,
  rates: Pick<LaneGoal, "outputRate" | "stateRate">,
  slots: number,
): LaneUse {
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

/** Bytes that a training takes on the device, its data included. */
export function trainingBytes({ model, train }: TrainJob): number {
  const rates = { outputRate: model.dropout, stateRate: model.recurrent_dropout };
  const use = useOf(model, rates, optimizerOf(model).slots.length);
  const { values, starts, targets } = train;
  const data = values.byteLength + starts.byteLength + targets.byteLength;
  return planLane(networkShape(model, dimsOf(train)), use).bytes + data;
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
  ) {
    this.deck = deck;
    this.shapes = weightShapes(model, dims);
    this.slotShapes = slotShapes(this.shapes, slots);
    this.predictedLoss = fusedLoss(model, null);
    this.lane = new Lane(
      deck.device,
      deck.tables,
      networkShape(model, dims),
      useOf(model, goal, slots.length),
      goal,
      weightSpans(this.shapes),
    );
    this.rows = this.lane.plan.rows;
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
    const lane = new CudaLane(deck, model, dims, goal, optimizer.slots);
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
    return new CudaLane(deck, model, dimsOf(set), goal, []).loaded(weights, [], 0);
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
