import { engineContract } from "../../contracts/engine.ts";
import { FusedEngine } from "../../../worker/engines/fused.ts";
import { MachineShop } from "../../../worker/lstm/machine.ts";

engineContract("the fused engine", () => Promise.resolve(new FusedEngine()));
engineContract("the fused engine without OpenBLAS", () =>
  Promise.resolve(new FusedEngine(new MachineShop("plain", null))),
);
