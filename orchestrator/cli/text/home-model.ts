import type { HomeModel } from "../../result/home-model.ts";
import { shellWord, shownPath } from "./shell-word.ts";

/** Where a study's best model lies and the command that uses it; `null` where there is none to speak of. */
export function homeModelText(
  model: HomeModel,
  { cwd, data }: { cwd: string; data: string | null },
): string | null {
  switch (model.kind) {
    case "none":
      return null;
    case "not_written":
      return `note: the model of trial ${model.trial} was not written: ${model.reason}`;
    case "written": {
      const folder = shownPath(cwd, model.folder);
      if (data === null) return `output of trial ${model.trial} in ${folder}`;
      return [
        `model of trial ${model.trial} in ${folder}`,
        `  seqtune predict ${shellWord(folder)} ${shellWord(data)}`,
      ].join("\n");
    }
    default:
      return model satisfies never;
  }
}
