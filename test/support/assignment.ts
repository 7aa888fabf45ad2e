import { protocolVersion, type TrialAssignment } from "../../worker/protocol/assignment.ts";
import { trialSettingsSchema } from "../../worker/protocol/settings.ts";

const settings = trialSettingsSchema.parse({ data: { targets: ["y"] }, model: {} });

/** A short training, for tests that only carry it about. */
export function assignment(study: string, trial: number, attempt = 1): TrialAssignment {
  return {
    kind: "trial",
    version: protocolVersion,
    ref: { study, trial, attempt },
    settings,
    data: { sha256: "a".repeat(64), bytes: 10 },
    seed: 7,
    epochs: 3,
    metric: { name: "val_mse", goal: "minimize" },
    checkpoint_seconds: null,
  };
}
