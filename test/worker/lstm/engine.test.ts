import { engineContract } from "../../contracts/engine.ts";
import { goldenContract } from "../../contracts/engine-golden.ts";
import { FusedEngine } from "../../../worker/engines/fused.ts";
import { loadEngine } from "../../../worker/engines/registry.ts";
import { MachineShop } from "../../../worker/lstm/machine.ts";

const withoutBlas = () => Promise.resolve(new FusedEngine(new MachineShop("plain", null)));

engineContract("the fused engine", () => loadEngine("fused"));
engineContract("the fused engine without OpenBLAS", withoutBlas);
goldenContract("the fused engine", () => loadEngine("fused"));
goldenContract("the fused engine without OpenBLAS", withoutBlas);
