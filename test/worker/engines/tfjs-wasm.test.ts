import { engineContract } from "../../contracts/engine.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";

engineContract("TF.js on WebAssembly", () => loadEngine("tfjs-wasm"));
