import { CONTINUE, type Pruner } from "../pruner.ts";

/** Stops a trial when any of the pruners would, else pauses it when any would. Of several, the first gives the reason. */
export function anyOf(pruners: readonly Pruner[]): Pruner {
  return {
    name: pruners.map(({ name }) => name).join(" or "),
    judge(history, trial) {
      const verdicts = pruners.map((pruner) => pruner.judge(history, trial));
      const stop = verdicts.find(({ kind }) => kind === "stop");
      return stop ?? verdicts.find(({ kind }) => kind === "pause") ?? CONTINUE;
    },
  };
}
