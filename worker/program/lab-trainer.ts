import type { Assignment, ProgramAssignment } from "../protocol/assignment.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { AllowedPrograms } from "../protocol/program/allowed.ts";
import { defaultCheckpointMs } from "../protocol/program/spec.ts";
import type { Material, Progress, Running, Trainer } from "../training/trainer.ts";
import { ProgramTrainer } from "./program-trainer.ts";
import type { LocalProgram } from "./run-program.ts";

/** A worker of a lab that trains models and runs the programs its machine allows. */
export class LabTrainer implements Trainer {
  private readonly models: Trainer;
  private readonly programs: ProgramTrainer;

  constructor(models: Trainer, programs: AllowedPrograms) {
    this.models = models;
    this.programs = new ProgramTrainer((assignment) => allowedProgram(assignment, programs));
  }

  async engine(): Promise<EngineInfo> {
    return await this.models.engine();
  }

  run(assignment: Assignment, material: Material, onProgress: (news: Progress) => void): Running {
    const trainer = assignment.kind === "program" ? this.programs : this.models;
    return trainer.run(assignment, material, onProgress);
  }

  async close(): Promise<void> {
    await this.models.close();
  }
}

/** What any program needs of a machine. Nothing else of the worker's environment, its credentials above all, is passed on. */
const usual = [
  "PATH",
  "HOME",
  "USER",
  "LANG",
  "LC_ALL",
  "TMPDIR",
  "TZ",
  "CUDA_VISIBLE_DEVICES",
  "CUDA_DEVICE_ORDER",
];

/** Of the trial only the name and the times count: what runs is this machine's word. */
export function allowedProgram(
  { program }: ProgramAssignment,
  programs: AllowedPrograms,
): LocalProgram | string {
  const name = program.name ?? "";
  const allowed = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (allowed === undefined)
    return `this worker runs no program called "${name}" (seqtune worker --programs)`;
  const passed = [...usual, ...allowed.pass].flatMap((key): [string, string][] => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value]];
  });
  const limits = [allowed.timeoutMs, program.timeoutMs].filter((limit) => limit !== undefined);
  return {
    command: allowed.command,
    folder: allowed.folder,
    env: { ...Object.fromEntries(passed), ...allowed.env },
    timeoutMs: limits.length === 0 ? null : Math.min(...limits),
    graceMs: program.graceMs,
    checkpointMs: program.checkpointMs ?? defaultCheckpointMs,
  };
}
