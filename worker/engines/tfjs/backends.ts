import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import type { EngineInfo } from "../../protocol/messages.ts";
import { EngineUnavailable } from "../unavailable.ts";
import { TfjsEngine } from "./engine.ts";
import { howToGet, notLoaded, type TfjsName } from "./packages.ts";

/** Loads the backend, makes it TF.js's own and checks that TF.js really uses it: `setBackend` can fall back. */
export async function loadTfjs(name: TfjsName): Promise<TfjsEngine> {
  tf.enableProdMode(); // no advice on the console
  const backend = await register(name).catch((error: unknown) => {
    throw notLoaded(name, error);
  });
  const taken = await withoutNewListeners(() => tf.setBackend(backend));
  const used = tf.getBackend();
  if (!taken || used !== backend) {
    throw new EngineUnavailable(
      name,
      `TF.js took the backend "${used}" instead of "${backend}"`,
      howToGet(name),
    );
  }
  return new TfjsEngine(infoOf(backend));
}

async function register(name: TfjsName): Promise<string> {
  switch (name) {
    case "tfjs-node-gpu":
      return registerNative("@tensorflow/tfjs-node-gpu");
    case "tfjs-node":
      return registerNative("@tensorflow/tfjs-node");
    case "tfjs-wasm":
      return registerWasm();
    case "tfjs-cpu":
      await import("@tensorflow/tfjs-backend-cpu");
      return "cpu";
    default:
      return name satisfies never;
  }
}

async function registerWasm(): Promise<string> {
  const { setThreadsCount } = await import("@tensorflow/tfjs-backend-wasm");
  // One thread a worker: workers are what runs side by side. Without the pool the start is faster too.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setThreadsCount(1);
  return "wasm";
}

async function registerNative(packageName: string): Promise<string> {
  restoreOldUtil();
  for (const [setting, value] of Object.entries(tensorflowSettings)) process.env[setting] ??= value;
  await import(packageName);
  return "tensorflow";
}

/**
 * What TensorFlow reads from the environment when it loads, unless the user set it. In a worker thread this
 * reaches TensorFlow only if the thread shares its process's environment.
 */
const tensorflowSettings = {
  TF_FORCE_GPU_ALLOW_GROWTH: "true", // else the first process takes the whole card
  TF_CPP_MIN_LOG_LEVEL: "2",
  TENSORFLOW_USE_CUSTOM_CONTRACTION_KERNEL: "false", // a signal during a large product can corrupt the heap
};

const fatalEvents = ["uncaughtException", "unhandledRejection"] as const;

/**
 * The wasm module listens for fatal errors only to throw them again, which turns each into a dump of its own
 * source; its listeners are taken off.
 */
async function withoutNewListeners<T>(work: () => Promise<T>): Promise<T> {
  const before = new Set(fatalEvents.flatMap((event) => process.listeners(event as "uncaughtException")));
  const result = await work();
  for (const event of fatalEvents) {
    for (const listener of process.listeners(event as "uncaughtException")) {
      if (!before.has(listener)) process.off(event, listener);
    }
  }
  return result;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs issue 8609). */
function restoreOldUtil(): void {
  const old: { isNullOrUndefined?: (value: unknown) => boolean } = util;
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
}

function infoOf(backend: string): EngineInfo {
  return { engine: "tfjs", backend, version: tf.version_core, device: usesGpu() ? "gpu" : "cpu" };
}

/** tfjs-node's backend says so itself: the GPU package runs on the CPU where it finds no GPU. */
function usesGpu(): boolean {
  const backend: object = tf.backend();
  return "isUsingGpuDevice" in backend && backend.isUsingGpuDevice === true;
}
