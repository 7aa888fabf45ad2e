import type { Params, ParamValue } from "../../../search/space.ts";

/** What a program learns about the attempt it runs. */
export interface ProgramCall {
  readonly study: string;
  readonly trial: number;
  readonly attempt: number;
  readonly seed: number;
  readonly metric: string;
  readonly params: Params;
  /** Epochs to reach in all, and how many are done. */
  readonly epochs: number;
  readonly fromEpoch: number;
  readonly files: ProgramFiles;
}

/** Absolute paths, in a folder of the attempt's own. */
export interface ProgramFiles {
  readonly params: string;
  readonly reports: string;
  readonly stop: string;
  readonly checkpoint: string;
  readonly output: string;
}

interface Variable {
  readonly about: string;
  readonly value: (call: ProgramCall) => string;
}

/** Every variable a program finds in its environment; the table in docs/programs.md and `seqtune check` derive from it. */
export const programVariables: Readonly<Record<string, Variable>> = {
  SEQTUNE_PARAMS: {
    about: 'JSON file with the parameters: {"lr": 0.01, …}; one that does not apply is absent',
    value: ({ files }) => files.params,
  },
  SEQTUNE_REPORTS: {
    about: "file to append reports to, one line of JSON each; standard output works as well",
    value: ({ files }) => files.reports,
  },
  SEQTUNE_METRIC: { about: "the metric trials are ranked by", value: ({ metric }) => metric },
  SEQTUNE_STUDY: { about: "unique key of the study", value: ({ study }) => study },
  SEQTUNE_TRIAL: { about: "number of the trial, from 0", value: ({ trial }) => String(trial) },
  SEQTUNE_ATTEMPT: { about: "number of this attempt at it, from 1", value: ({ attempt }) => String(attempt) },
  SEQTUNE_SEED: {
    about: "seed for all chance, the same in every attempt at the trial",
    value: ({ seed }) => String(seed),
  },
  SEQTUNE_EPOCHS: { about: "epochs to reach in all", value: ({ epochs }) => String(epochs) },
  SEQTUNE_FROM_EPOCH: {
    about: "epochs done before, whose state the checkpoint folder holds; 0: start from scratch",
    value: ({ fromEpoch }) => String(fromEpoch),
  },
  SEQTUNE_CHECKPOINT: {
    about: "folder for what a later attempt needs to continue, also on another machine",
    value: ({ files }) => files.checkpoint,
  },
  SEQTUNE_OUTPUT: {
    about: "folder for the result; that of the best trial becomes the study's model",
    value: ({ files }) => files.output,
  },
  SEQTUNE_STOP: {
    about: "file that appears when the program should end, and says why: stop, pause or hand_back",
    value: ({ files }) => files.stop,
  },
};

/** What `${…}` may stand for in a command, the parameters' own names aside. */
export const commandWords: Readonly<Record<string, string>> = {
  args: "all parameters, one argument each: --name=value",
  params: "path of the JSON file with the parameters",
  epochs: "epochs to reach in all",
  seed: "the trial's seed",
};

const placeholder = /\$\{([^{}]*)\}/g;

/** The names between `${` and `}` in a command. */
export function placeholdersIn(command: readonly string[]): readonly string[] {
  return command.flatMap((item) => [...item.matchAll(placeholder)].map((match) => match[1]!));
}

/**
 * The command with every `${…}` filled in. An item that is `${args}` becomes one argument for each parameter; one that holds
 * a parameter that does not apply in this configuration is left out.
 */
export function filledCommand(command: readonly string[], call: ProgramCall): string[] {
  return command.flatMap((item) => {
    if (item === "${args}") return argumentsOf(call.params);
    let applies = true;
    const filled = item.replace(placeholder, (_, name: string) => {
      const value = valueOf(name, call);
      if (value === undefined) applies = false;
      return value ?? "";
    });
    return applies ? [filled] : [];
  });
}

function valueOf(name: string, call: ProgramCall): string | undefined {
  if (Object.hasOwn(call.params, name)) return asText(call.params[name]!);
  if (name === "args") return argumentsOf(call.params).join(" ");
  if (name === "params") return call.files.params;
  if (name === "epochs") return String(call.epochs);
  return name === "seed" ? String(call.seed) : undefined;
}

/** `--name=value` for each parameter. */
function argumentsOf(params: Params): string[] {
  return Object.entries(params).map(([name, value]) => `--${name}=${asText(value)}`);
}

function asText(value: ParamValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function variablesOf(call: ProgramCall): Record<string, string> {
  return Object.fromEntries(Object.entries(programVariables).map(([name, { value }]) => [name, value(call)]));
}
