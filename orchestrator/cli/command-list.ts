import type { Command } from "commander";
import type { Io } from "./io.ts";

/** Adds one command. */
type AddCommand = (program: Command, io: Io) => void;

/** By name, in the order of `seqtune --help`. Only the code of a command that is asked for is loaded. */
export const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  run: async () => (await import("./commands/run.ts")).runCommand,
  leaderboard: async () => (await import("./commands/leaderboard.ts")).leaderboardCommand,
  show: async () => (await import("./commands/show.ts")).showCommand,
  studies: async () => (await import("./commands/studies.ts")).studiesCommand,
  resume: async () => (await import("./commands/resume.ts")).resumeCommand,
  stop: async () => (await import("./commands/stop.ts")).stopCommand,
  evaluate: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  predict: async () => (await import("./commands/predict.ts")).predictCommand,
  "lr-find": async () => (await import("./commands/lr-find.ts")).lrFindCommand,
  importance: async () => (await import("./commands/importance.ts")).importanceCommand,
  simulate: async () => (await import("./commands/simulate.ts")).simulateCommand,
  check: async () => (await import("./commands/check.ts")).checkCommand,
  doctor: async () => (await import("./commands/doctor.ts")).doctorCommand,
  schema: async () => (await import("./commands/schema.ts")).schemaCommand,
  worker: async () => (await import("./commands/worker.ts")).workerCommand,
  workers: async () => (await import("./commands/workers.ts")).workersCommand,
  "nats-config": async () => (await import("./commands/nats-config.ts")).natsConfigCommand,
};
