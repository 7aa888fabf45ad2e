import { UserError } from "../errors.ts";

/**
 * Throws `UserError` when `gpus` names one that CUDA_VISIBLE_DEVICES keeps from this process: on a shared machine,
 * Slurm or a person gave the others away. Numbers match only themselves, UUIDs also by their first letters, as CUDA
 * reads them; CUDA sees nothing from the first entry on that it cannot read, such as -1.
 */
export function checkVisible(gpus: readonly string[], env: NodeJS.ProcessEnv): void {
  const given = env["CUDA_VISIBLE_DEVICES"];
  if (given === undefined) return;
  const visible = readable(given);
  const hidden = gpus.find((gpu) => !visible.some((one) => isSame(one, gpu)));
  if (hidden === undefined) return;
  const what = `--gpu ${gpus.join(",")}: GPU ${hidden} is not among those that CUDA_VISIBLE_DEVICES=${given} leaves to this process`;
  const choice =
    visible.length === 0 ? "Run where there is a GPU, or leave --gpu out" : `Use --gpu ${visible.join(",")}`;
  throw new UserError(`${what}. ${choice}, or unset CUDA_VISIBLE_DEVICES if the machine is yours alone.`);
}

function readable(list: string): readonly string[] {
  const entries = list.split(",").map((entry) => entry.trim());
  const end = entries.findIndex((entry) => !/^(?:\d+|(?:GPU|MIG)-.+)$/.test(entry));
  return end === -1 ? entries : entries.slice(0, end);
}

function isSame(one: string, other: string): boolean {
  if (/^\d/.test(one) || /^\d/.test(other)) return one === other;
  return one.startsWith(other) || other.startsWith(one);
}
