import type { CoordinatorBus } from "../../worker/protocol/bus.ts";
import { afterCommit } from "./after-commit.ts";
import { CheckpointKeeper } from "./checkpoint-keeper.ts";
import { ModelKeeper, type ModelKeeperDeps } from "./model-keeper.ts";

/** The files workers store for a study: which are kept, which come home, which go. */
export class StudyFiles {
  /** The coordinator's bus: what is committed through it decides which checkpoints go. */
  readonly bus: CoordinatorBus;
  private readonly models: ModelKeeper;
  private readonly checkpoints: CheckpointKeeper;

  constructor(bus: CoordinatorBus, deps: Omit<ModelKeeperDeps, "bus">) {
    const { blobs } = bus;
    this.models = new ModelKeeper({ ...deps, bus: blobs });
    this.checkpoints = new CheckpointKeeper({ ...deps, blobs });
    this.bus = afterCommit(bus, (messages) => this.checkpoints.committed(messages));
  }

  /** Everything that was to be done is done. `over`: the study does not go on. */
  async finish(over: boolean): Promise<void> {
    await this.checkpoints.finish(over);
    await this.models.finish(over);
  }
}
