/**
 * For programs in TypeScript and JavaScript that seqtune runs as trials: `import { trial } from "seqtune/trial"`. Run by hand a
 * program finds no parameters, one epoch and working folders beside it, and its reports go to standard output.
 */
import { appendFileSync, readFileSync } from "node:fs";

type ParamValue = string | number | boolean | null | readonly number[] | readonly string[];

/** What seqtune says of the trial that this process is. */
export interface ProgramTrial {
  /** Is the program run by seqtune? */
  readonly isRunBySeqtune: boolean;
  /** A parameter that does not apply is absent. */
  readonly params: Readonly<Record<string, ParamValue | undefined>>;
  readonly number: number;
  readonly attempt: number;
  /** For all chance, the same in every attempt. */
  readonly seed: number;
  /** Epochs to reach in all, and those that `checkpointFolder` stands for. */
  readonly epochs: number;
  readonly fromEpoch: number;
  /** What is put there is there again when the trial goes on, also on another machine. */
  readonly checkpointFolder: string;
  /** What is put there comes home if the trial is the best. */
  readonly outputFolder: string;
  /** Fires when the trial should stop or pause: save what is to be kept, and end. */
  readonly signal: AbortSignal;
  /** Says what an epoch came to; the study's metric must be among the numbers. Written when it returns. */
  report(epoch: number, metrics: Readonly<Record<string, number>>): void;
}

const { env } = process;
const ending = new AbortController();
const isRunBySeqtune = env["SEQTUNE_REPORTS"] !== undefined;
if (isRunBySeqtune) process.once("SIGTERM", () => ending.abort());

/** The trial that this process is. */
export const trial: ProgramTrial = {
  isRunBySeqtune,
  params: readParams(),
  number: numberIn("SEQTUNE_TRIAL", 0),
  attempt: numberIn("SEQTUNE_ATTEMPT", 1),
  seed: numberIn("SEQTUNE_SEED", 1),
  epochs: numberIn("SEQTUNE_EPOCHS", 1),
  fromEpoch: numberIn("SEQTUNE_FROM_EPOCH", 0),
  checkpointFolder: env["SEQTUNE_CHECKPOINT"] ?? ".",
  outputFolder: env["SEQTUNE_OUTPUT"] ?? ".",
  signal: ending.signal,
  report: (epoch, metrics) => {
    const numbers = Object.entries({ epoch, ...metrics }).map(
      ([name, value]) => `${JSON.stringify(name)}: ${value}`,
    );
    const line = `{${numbers.join(", ")}}\n`; // with NaN and Infinity, which JSON.stringify would hide
    const file = env["SEQTUNE_REPORTS"];
    if (file === undefined) process.stdout.write(line);
    else appendFileSync(file, line);
  },
};

function readParams(): ProgramTrial["params"] {
  const file = env["SEQTUNE_PARAMS"];
  return file === undefined ? {} : (JSON.parse(readFileSync(file, "utf8")) as ProgramTrial["params"]); // seqtune wrote it
}

function numberIn(name: string, otherwise: number): number {
  const value = env[name];
  return value === undefined ? otherwise : Number(value);
}
