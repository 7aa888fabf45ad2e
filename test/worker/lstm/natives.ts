import { it } from "vitest";
import { loadNative, type NativeLibrary, nativeTargets } from "../../../worker/lstm/native.ts";

/** Calls back for every native build that runs on this CPU; the others are reported as not run. */
export function eachNative(act: (library: NativeLibrary) => void): void {
  for (const target of nativeTargets) {
    let library: NativeLibrary;
    try {
      library = loadNative(target);
    } catch (error) {
      it.skip(`native-${target}: not run, ${error instanceof Error ? error.message : String(error)}`, () => {});
      continue;
    }
    act(library);
  }
}
