import { EngineUnavailable } from "../unavailable.ts";

const version = "4.22.0";

const npmPackages = {
  "tfjs-node-gpu": ["tfjs-node-gpu"],
  "tfjs-node": ["tfjs-node"],
  "tfjs-wasm": ["tfjs-backend-wasm"],
  "tfjs-cpu": ["tfjs-backend-cpu"],
} as const;

export type TfjsName = keyof typeof npmPackages;

const wanted = (names: readonly string[]): string =>
  names.map((name) => `@tensorflow/${name}@${version}`).join(" ");

/** A command: TF.js is 97 MB that seqtune's own kernels do without, so that its packages are optional peers. */
export function howToGet(name: TfjsName): string {
  const command = `npm install ${wanted(["tfjs-core", "tfjs-layers", ...npmPackages[name]])}`;
  return name === "tfjs-node-gpu" ? `${command}, with CUDA 11.2 and cuDNN 8.1` : command;
}

/** Why TF.js or one of its backends does not load. */
export function notLoaded(name: TfjsName, error: unknown): EngineUnavailable {
  return new EngineUnavailable(name, reasonOf(error), howToGet(name), { cause: error });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const missing = "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  const name = missing ? /'(@tensorflow\/[\w-]+)'/.exec(error.message)?.[1] : undefined;
  if (name !== undefined) return `${name} is not installed`;
  return error.message.split("\n", 1)[0] ?? "";
}
