import { samplePrior } from "../../../search/domain.ts";
import { rngFor, seedFor } from "../../../search/random.ts";
import { spaceSize } from "../../../search/domain.ts";
import type { Params } from "../../../search/space.ts";
import type { ProgramSpec } from "../../../worker/protocol/program/spec.ts";
import {
  filledCommand,
  programVariables,
  variablesOf,
  type ProgramCall,
} from "../../../worker/protocol/program/variables.ts";
import type { Sweep } from "../../config/sweep.ts";
import { searchSection } from "./check.ts";
import type { SweepCheck } from "./sweep-check.ts";

/** What a sweep of a program would do. The shape of `check --json` for one: fields are added, never changed. */
export interface ProgramCheck {
  readonly name: string;
  readonly file: string;
  readonly metric: string;
  readonly goal: SweepCheck["goal"];
  readonly program: ProgramSpec;
  readonly baselines: readonly { readonly name: string; readonly value: number }[];
  readonly search: SweepCheck["search"];
  /** The first trial, if it is drawn like this one. */
  readonly example: ProgramExample;
}

export interface ProgramExample {
  readonly params: Params;
  readonly command: readonly string[];
  readonly variables: readonly { readonly name: string; readonly value: string; readonly about: string }[];
}

/** Without running anything. */
export function checkProgram(sweep: Sweep, program: ProgramSpec): ProgramCheck {
  const { name, file, metric, baselines = {} } = sweep;
  return {
    name,
    file,
    metric: metric.name,
    goal: metric.goal,
    program,
    baselines: Object.entries(baselines).map(([of, value]) => ({ name: of, value })),
    search: { ...searchSection(sweep, spaceSize(sweep.space)), engine: "program" },
    example: exampleOf(sweep, program),
  };
}

function exampleOf(sweep: Sweep, program: ProgramSpec): ProgramExample {
  const params = exampleParams(sweep);
  const folder = "/tmp/seqtune-trial-…";
  const call: ProgramCall = {
    study: sweep.name,
    trial: 0,
    attempt: 1,
    seed: seedFor(sweep.seed, "train", 0),
    metric: sweep.metric.name,
    params,
    epochs: sweep.budget.epochs,
    fromEpoch: 0,
    files: {
      params: `${folder}/params.json`,
      reports: `${folder}/reports.jsonl`,
      stop: `${folder}/stop`,
      checkpoint: `${folder}/checkpoint`,
      output: `${folder}/output`,
    },
  };
  const values = variablesOf(call);
  return {
    params,
    command: filledCommand(program.command ?? [], call),
    variables: Object.entries(programVariables).map(([of, { about }]) => ({
      name: of,
      value: values[of]!,
      about,
    })),
  };
}

/** A configuration to show and to try: the first that is to be tried, or one drawn at random. */
export function exampleParams({ enqueue, seed, space }: Sweep): Params {
  return enqueue[0] ?? samplePrior(space, rngFor(seed, "check", 0));
}
