import { engineContract } from "../contracts/engine.ts";
import { goldenContract } from "../contracts/engine-golden.ts";
import { loadEngine } from "../../worker/engines/registry.ts";

engineContract("TF.js on WebAssembly", () => loadEngine("tfjs-wasm"));
goldenContract("TF.js on WebAssembly", () => loadEngine("tfjs-wasm"));
