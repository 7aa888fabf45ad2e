import { nativeTargets } from "../lstm/native.ts";
import type { EngineInfo } from "../protocol/messages.ts";
import type { Engine } from "./engine.ts";
import { notLoaded, type TfjsName } from "./tfjs/packages.ts";
import { EngineUnavailable } from "./unavailable.ts";

/** What `doctor` says about one engine. */
export type EngineReport =
  | { readonly name: string; readonly found: true; readonly info: EngineInfo; readonly note?: string }
  | { readonly name: string; readonly found: false; readonly reason: string; readonly remedy: string };

interface Provider {
  readonly name: string;
  /** Rejects with `EngineUnavailable` where the engine cannot run. */
  readonly load: () => Promise<Engine>;
  /** What a user should know before trusting it. */
  readonly note?: string;
}

/** TF.js is imported only when asked for: it takes a quarter of a second to load, and need not be installed. */
function tfjs(name: TfjsName): Provider {
  const backends = async (): Promise<typeof import("./tfjs/backends.ts")> =>
    await import("./tfjs/backends.ts");
  return {
    name,
    load: async () => {
      const { loadTfjs } = await backends().catch((error: unknown) => {
        throw notLoaded(name, error);
      });
      return await loadTfjs(name);
    },
  };
}

const gpu: Provider = {
  ...tfjs("tfjs-node-gpu"),
  note: "untested: seqtune's tests have not run on a GPU with this engine",
};

/** Not in "auto" before it has run on a GPU. */
const cuda: Provider = {
  name: "cuda",
  load: async () => (await import("./cuda.ts")).loadCuda(),
  note: "untested: no test of it has run on a GPU",
};

/** The same on tensor cores. */
const cudaFast: Provider = {
  name: "cuda:fast",
  load: async () => (await import("./cuda.ts")).loadCuda("fast"),
};

const native: readonly Provider[] = nativeTargets.map((target) => ({
  name: `native-${target}`,
  load: async () => (await import("./native.ts")).loadNativeEngine(target),
}));

const wasm: Provider = {
  name: "wasm",
  load: async () => (await import("./fused.ts")).loadFused(),
};

const allTfjs: readonly Provider[] = [gpu, tfjs("tfjs-node"), tfjs("tfjs-wasm"), tfjs("tfjs-cpu")];

/** In the order "auto" tries them. */
const automatic: readonly Provider[] = [...native, wasm, ...allTfjs];

const providers: readonly Provider[] = [...native, wasm, cuda, ...allTfjs];

/** Names that stand for the first of several that runs. */
const groups: Readonly<Record<string, readonly Provider[]>> = {
  auto: automatic,
  fused: [...native, wasm],
  native,
  tfjs: allTfjs,
  [cudaFast.name]: [cudaFast],
};

/** Names `loadEngine` knows besides those of groups. */
export const engineNames: readonly string[] = providers.map(({ name }) => name);

/**
 * The engine of that name, or the first one of a group that runs here; "auto" is what SEQTUNE_ENGINE names, or all
 * of them. Rejects with `EngineUnavailable`.
 * A process keeps to one engine: TF.js has one backend at a time.
 */
export async function loadEngine(wanted: string): Promise<Engine> {
  const name = wanted === "auto" ? process.env["SEQTUNE_ENGINE"] || wanted : wanted;
  const candidates = groups[name] ?? providers.filter((provider) => provider.name === name);
  let last: unknown = new EngineUnavailable(
    name,
    "there is no such engine",
    `one of ${[...Object.keys(groups), ...engineNames].join(", ")}`,
  );
  for (const candidate of candidates) {
    try {
      return await candidate.load();
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

/** Tries the engine of that name, as `loadEngine` would. Never rejects. */
export async function reportOn(name: string): Promise<EngineReport> {
  return await report({ name, load: async () => await loadEngine(name) });
}

/** Tries every engine. Never rejects. */
export async function listEngines(): Promise<EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const provider of providers) reports.push(await report(provider));
  return reports;
}

async function report({ name, load, note }: Provider): Promise<EngineReport> {
  try {
    const engine = await load();
    engine.dispose();
    return { name, found: true, info: engine.info, ...(note && { note }) };
  } catch (error) {
    if (error instanceof EngineUnavailable) {
      return { name, found: false, reason: error.reason, remedy: error.remedy };
    }
    const reason = error instanceof Error ? error.message : String(error);
    return { name, found: false, reason, remedy: "report this: the engine is installed but does not start" };
  }
}
