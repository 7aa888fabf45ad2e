import { describe, expect, it } from "vitest";
import { engineNames, listEngines, loadEngine } from "../../../worker/engines/registry.ts";
import { EngineUnavailable } from "../../../worker/engines/unavailable.ts";

describe("the engine registry", () => {
  it("finds an engine by itself, and says what it is", async () => {
    const engine = await loadEngine("auto");
    expect(engine.info.engine).not.toBe("");
  });

  it("takes TF.js's WebAssembly backend by name and makes sure it is the one in use", async () => {
    const engine = await loadEngine("tfjs-wasm");
    expect(engine.info).toEqual({ engine: "tfjs", backend: "wasm", version: "4.22.0", device: "cpu" });
  });

  it("names the engines there are when asked for another", async () => {
    await expect(loadEngine("quantum")).rejects.toThrow(EngineUnavailable);
    await expect(loadEngine("quantum")).rejects.toThrow("auto, fused, native, tfjs, ");
  });

  it("takes the fastest of a group, and what SEQTUNE_ENGINE names where nothing else is said", async () => {
    expect((await loadEngine("fused")).info.engine).toBe("fused");
    process.env["SEQTUNE_ENGINE"] = "wasm";
    try {
      expect((await loadEngine("auto")).info.backend).toBe("wasm");
      process.env["SEQTUNE_ENGINE"] = "quantum";
      await expect(loadEngine("auto")).rejects.toThrow("engine quantum cannot be used");
    } finally {
      delete process.env["SEQTUNE_ENGINE"];
    }
  });

  it("reports on every engine, with a remedy for those it did not find", async () => {
    const reports = await listEngines();
    expect(reports.map(({ name }) => name)).toEqual(engineNames);
    expect(reports.find(({ name }) => name === "tfjs-wasm")?.found).toBe(true);
    for (const report of reports) if (!report.found) expect(report.remedy).not.toBe("");
  });

  it("leaves no handler of fatal errors behind", async () => {
    const before = process.listenerCount("uncaughtException");
    await loadEngine("tfjs-wasm");
    expect(process.listenerCount("uncaughtException")).toBe(before);
  });
});
