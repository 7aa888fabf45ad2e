import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { settingsFor, type Sweep } from "../../orchestrator/config/sweep.ts";
import { formatSweepErrors, loadSweep } from "../../orchestrator/index.ts";
import type { Params, Space } from "../../search/space.ts";
import { prepareData } from "../../worker/data/prepare.ts";
import type { Engine } from "../../worker/engines/engine.ts";
import { loadEngine } from "../../worker/engines/registry.ts";
import { readTrainedModel } from "../../worker/model/trained-model.ts";
import { protocolVersion } from "../../worker/protocol/assignment.ts";
import { fromWire } from "../../worker/protocol/numbers.ts";
import type { TrialSettings } from "../../worker/protocol/settings.ts";
import { createSession, type Session } from "../../worker/training/session.ts";

/** What stands for a training that diverges: a loss as large as nothing sensible has. */
const LOST = 10;

/** Trains configurations of a sweep in bench/search/real/, in this process. */
export class RealTask {
  readonly space: Space;
  private readonly test: string;
  private readonly sweep: Sweep;
  private readonly bytes: Uint8Array;
  private readonly engine: Engine;
  private readonly session: Session;

  private constructor(sweep: Sweep, test: string, engine: Engine) {
    this.test = test;
    this.sweep = sweep;
    this.space = sweep.space;
    this.bytes = readFileSync(sweep.data.file);
    this.engine = engine;
    this.session = createSession(engine);
  }

  /** `test`: the metric of the test rows. */
  static async load(name: string, test: string): Promise<RealTask> {
    const loaded = await loadSweep(fileURLToPath(new URL(`real/${name}.yaml`, import.meta.url)));
    if (!loaded.ok) throw new Error(formatSweepErrors(loaded.errors));
    return new RealTask(loaded.sweep, test, await loadEngine("auto"));
  }

  /** The best validation metric of its epochs; lower is better. */
  async train(
    params: Params,
    seed: number,
  ): Promise<{ readonly validation: number; readonly model?: Uint8Array }> {
    const { budget, metric } = this.sweep;
    let validation = LOST;
    const { end, model } = await this.session.run(
      {
        data: this.bytes,
        assignment: {
          kind: "trial",
          version: protocolVersion,
          ref: { study: "bench", trial: 0, attempt: 1 },
          settings: this.settings(params),
          data: {
            sha256: createHash("sha256").update(this.bytes).digest("hex"),
            bytes: this.bytes.byteLength,
          },
          seed,
          epochs: budget.epochs,
          metric,
          checkpoint_seconds: null,
        },
      },
      {
        progress: (news) => {
          if (news.kind !== "report") return;
          const value = fromWire(news.metrics[metric.name] ?? Number.NaN);
          if (value < validation) validation = value;
        },
        interruption: () => null,
      },
    );
    if (end.kind === "failed") throw new Error(end.message);
    return model === undefined ? { validation } : { validation, model: model.bytes };
  }

  /** As `train`, and what the best epoch's network comes to on the test rows; NaN where it diverged. */
  async trainAndTest(
    params: Params,
    seed: number,
  ): Promise<{ readonly validation: number; readonly test: number }> {
    const { validation, model } = await this.train(params, seed);
    if (model === undefined) return { validation, test: Number.NaN };
    const settings = this.settings(params);
    const data = prepareData(this.bytes, settings.data, { test: true });
    const [member] = readTrainedModel(model).members;
    const { signal } = new AbortController();
    const said = await this.engine.predict(settings.model, member!.weights, data.test!, signal);
    return { validation, test: data.score("test", said)[this.test]! };
  }

  private settings(params: Params): TrialSettings {
    const resolved = settingsFor(this.sweep, params);
    if (!resolved.ok) throw new Error(resolved.message);
    const { data, model } = resolved.settings;
    return { data, model: { ...model, schedule_epochs: this.sweep.budget.epochs } };
  }
}
