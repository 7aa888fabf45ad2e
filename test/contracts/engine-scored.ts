import { describe, expect, it } from "vitest";
import type { Engine, LiveModel, TrainEnd, TrainingState } from "../../worker/engines/engine.ts";
import type { ModelSettings } from "../../worker/protocol/model-settings.ts";
import { autoregressive } from "../support/sequence-problems.ts";
import { never, settings, wave } from "./engine-training.ts";

const unseen = autoregressive(30, 4, 2);

/** What is heard of a training, in order. */
interface Story {
  readonly end: TrainEnd;
  readonly heard: readonly unknown[];
  readonly last: TrainingState | null;
}

interface Telling {
  readonly model: ModelSettings;
  /** The job says what is predicted after each epoch. */
  readonly said: boolean;
  readonly epochs?: number;
  /** Ends after this epoch. */
  readonly stopAfter?: number;
}

async function story(engine: Engine, { model, said, epochs = 4, stopAfter }: Telling): Promise<Story> {
  const heard: unknown[] = [];
  let last: TrainingState | null = null;
  const end = await engine.train(
    { model, train: wave, seed: 3, epochs, ...(said && { scored: unseen }) },
    {
      onStep: (step, loss) => heard.push([step, loss]),
      onEpoch: async (result, live) => {
        const predictions = Float32Array.from(await live.predict(unseen, never));
        // A schedule that goes by it lowers its rate in every other epoch.
        live.watch(result.epoch % 2);
        await new Promise((resolve) => setTimeout(resolve, 1));
        last = live.state();
        heard.push([result, predictions, live.weights()]);
        return result.epoch === stopAfter ? "stop" : "go on";
      },
    },
    never,
  );
  return { end, heard, last };
}

/** What engines promise of a job that says what is predicted after each epoch. */
export function scoredPart(engine: () => Engine): void {
  describe("a job that says what is predicted after each epoch", () => {
    it.each([
      { layers: 2, dropout: 0.3 },
      { schedule: "one_cycle", weight_decay: 0.1, optimizer: "adamw" },
      { schedule: "reduce_on_plateau", schedule_patience: 1 },
      { optimizer: "gradient_descent", batch_size: 7 },
    ] as const)("hears the same, bit for bit, as one that does not: %o", async (overrides) => {
      const model = settings(overrides);
      expect(await story(engine(), { model, said: true })).toEqual(
        await story(engine(), { model, said: false }),
      );
    });

    it("ends with the epoch after which its hook says stop, and as it was then", async () => {
      const model = settings();
      const stopped = await story(engine(), { model, said: true, stopAfter: 2 });
      const short = await story(engine(), { model, said: true, epochs: 2 });
      expect(stopped).toEqual({ ...short, end: { kind: "stopped" } });
    });

    it("cannot predict other samples", async () => {
      const job = { model: settings(), train: wave, seed: 3, epochs: 1, scored: unseen };
      const onEpoch = async (_: unknown, live: LiveModel) => {
        await live.predict(wave, never);
        return "go on" as const;
      };
      await expect(engine().train(job, { onEpoch }, never)).rejects.toThrow(RangeError);
    });
  });
}
