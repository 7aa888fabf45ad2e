import { engineContract } from "../../contracts/engine.ts";
import { goldenContract } from "../../contracts/engine-golden.ts";
import { NativeEngine } from "../../../worker/engines/native.ts";
import { eachNative } from "./natives.ts";

eachNative((library) => {
  const load = () => Promise.resolve(new NativeEngine(library));
  engineContract(`the engine native-${library.target}`, load);
  goldenContract(`the engine native-${library.target}`, load);
});
