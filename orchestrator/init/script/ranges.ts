import { isProgramParameter } from "../../config/program.ts";
import type { ScriptOption } from "./options.ts";

/** What becomes of an option. */
export type Use =
  /** Searched. `space`: as `parameters` has it; `why`: a comment. */
  | { readonly kind: "search"; readonly option: ScriptOption; readonly space: Space; readonly why: string }
  /** Could be searched; a comment in the file. */
  | { readonly kind: "offer"; readonly option: ScriptOption; readonly space: Space }
  /** Gets the number of epochs, or the trial's seed, from seqtune. */
  | { readonly kind: "given"; readonly option: ScriptOption; readonly by: "epochs" | "seed" }
  | { readonly kind: "leave"; readonly option: ScriptOption; readonly why: string };

export type Space =
  | { readonly values: readonly (number | string)[] }
  | { readonly min: number; readonly max: number; readonly distribution: "log_uniform" | "uniform" | "int" };

/**
 * What to do with each option, by its name and default. Ranges are around the default, which is what the program's author believes
 * in; only options whose names say that they are hyperparameters are searched.
 */
export function usesOf(options: readonly ScriptOption[]): readonly Use[] {
  return options.map((option) => {
    const name = option.name.toLowerCase().replaceAll("-", "_");
    if (option.kind === "flag") return { kind: "leave", option, why: "takes no value" };
    if (epochNames.test(name)) return { kind: "given", option, by: "epochs" };
    if (seedNames.test(name)) return { kind: "given", option, by: "seed" };
    if (!isProgramParameter(option.name))
      return { kind: "leave", option, why: "its name cannot be a parameter" };
    if (isUntuned(name)) return { kind: "leave", option, why: "keeps its default" };
    const tuned = tunedRange(name, option);
    if (tuned !== null) return { kind: "search", option, ...tuned };
    const space = plainRange(option);
    if (space !== null) return { kind: "offer", option, space };
    return { kind: "leave", option, why: "keeps its default" };
  });
}

const epochNames = /^(?:(?:num|n|max|total|train)_)?epochs$|^epochs?$/;
const seedNames = /^(?:random_|rng_|manual_)?seed$/;
/** Words of names that concern the machine, the files and the log, or what trials could not be compared with. */
const untunedWords: ReadonlySet<string> = new Set(
  `workers worker threads thread port rank gpu gpus cuda device devices local node nodes world path file files dir folder data dataset
  output out save load resume checkpoint ckpt log logging print interval freq frequency every verbose debug name tag version test val valid
  validation eval metric project entity token host url horizon classes vocab loss patience timeout limit export steps iterations iters`.split(
    /\s+/,
  ),
);

function isUntuned(name: string): boolean {
  return name.split("_").some((word) => untunedWords.has(word));
}

interface Named {
  readonly names: RegExp;
  readonly space: (option: ScriptOption, fallback: number | null) => Space | null;
  readonly why: string;
}

const byName: readonly Named[] = [
  {
    names: /^(?:.*_)?(?:lr|learning_rate|lrate|step_size|eta)$/,
    space: (_, at) => logAround(at !== null && at > 0 ? at : 0.001, 10, (at ?? 0) < 1 ? 1 : Infinity),
    why: "a learning rate: even on a log scale, ten times either way",
  },
  {
    names: /^(?:.*_)?(?:weight_decay|wd|decay|l1|l2|reg|lambda|lam|alpha)$/,
    space: (_, at) =>
      at !== null && at > 0 ? logAround(at, 10, Infinity) : { values: [0, 0.00001, 0.0001, 0.001] },
    why: "a penalty: even on a log scale",
  },
  {
    names: /(?:^|_)(?:dropout|drop|drop_rate|droprate)(?:$|_)/,
    space: (_, at) => ({ min: 0, max: Math.min(0.9, Math.max(0.5, at ?? 0)), distribution: "uniform" }),
    why: "a share that is dropped",
  },
  { names: /^momentum$/, space: () => ({ min: 0.5, max: 0.99, distribution: "uniform" }), why: "" },
  {
    names:
      /^(?:.*_)?(?:hidden|units|width|dim|channels|filters|embed|embedding|emb|nhid|emsize|neurons|size)(?:_(?:size|dim|units|channels))?$/,
    space: (option, at) =>
      option.kind === "whole" && at !== null && at >= 2 ? { values: doubled(at) } : null,
    why: "half and twice the default",
  },
  {
    names: /^(?:n_|num_)?(?:.*_)?(?:layers|layer|depth|blocks|nlayers)$/,
    space: (option, at) =>
      option.kind === "text" ? null : { min: 1, max: Math.max(3, (at ?? 1) + 1), distribution: "int" },
    why: "",
  },
  {
    names:
      /^(?:window|seq_len|seq_length|sequence_length|lookback|lag|lags|context|bptt)(?:_(?:size|length))?$/,
    space: (option, at) =>
      option.kind === "whole" && at !== null && at >= 2 ? { values: doubled(at) } : null,
    why: "half and twice the default",
  },
  {
    names: /^(?:.*_)?(?:clip|clip_norm|clip_grad|grad_clip|max_norm|max_grad_norm)$/,
    space: (_, at) => (at !== null && at > 0 ? logAround(at, 4, Infinity) : null),
    why: "",
  },
  {
    names:
      /(?:^|_)(?:opt|optim|optimizer|optimiser|activation|act|cell|rnn|rnn_type|cell_type|nonlinearity|scheduler|schedule)$/,
    space: ({ choices }) => (choices.length > 1 ? { values: choices } : null),
    why: "every choice it has",
  },
];

function tunedRange(
  name: string,
  option: ScriptOption,
): { readonly space: Space; readonly why: string } | null {
  const fallback = typeof option.fallback === "number" ? option.fallback : null;
  for (const { names, space, why } of byName) {
    if (!names.test(name)) continue;
    const found = space(option, fallback);
    return found === null ? null : { space: found, why };
  }
  return null;
}

/** For options whose names say nothing. */
function plainRange({ kind, fallback, choices }: ScriptOption): Space | null {
  if (choices.length > 1) return { values: choices };
  if (typeof fallback !== "number" || fallback <= 0) return null;
  if (kind === "whole")
    return {
      min: Math.max(1, Math.floor(fallback / 2)),
      max: Math.max(2, 2 * fallback),
      distribution: "int",
    };
  return fallback < 1
    ? { min: rounded(fallback / 2), max: rounded(Math.min(1, 2 * fallback)), distribution: "uniform" }
    : { min: rounded(fallback / 2), max: rounded(2 * fallback), distribution: "uniform" };
}

function logAround(at: number, factor: number, most: number): Space {
  return {
    min: rounded(at / factor),
    max: Math.max(at, rounded(Math.min(most, at * factor))),
    distribution: "log_uniform",
  };
}

function doubled(at: number): readonly number[] {
  return [Math.max(1, Math.floor(at / 2)), at, 2 * at];
}

/** As people write it: 0.0003, not 0.00030000000000000003. */
function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
