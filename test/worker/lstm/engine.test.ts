import { engineContract } from "../../contracts/engine.ts";
import { goldenContract } from "../../contracts/engine-golden.ts";
import { FusedEngine } from "../../../worker/engines/fused.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { MachineShop } from "../../../worker/lstm/machine.ts";

const plain = () => Promise.resolve(new FusedEngine(new MachineShop("plain")));

engineContract("the engine wasm", () => loadEngine("wasm"));
engineContract("the engine wasm without relaxed SIMD", plain);
goldenContract("the engine wasm", () => loadEngine("wasm"));
goldenContract("the engine wasm without relaxed SIMD", plain);
