import { getEventListeners } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { localWorkers } from "../../orchestrator/questions/local-workers.ts";
import { DataError } from "../../worker/data/errors.ts";
import { assignment } from "../support/assignment.ts";
import { removeFolder } from "../support/remove-folder.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "seqtune-ask-"));
});
afterEach(async () => {
  await removeFolder(folder);
});

const ask = async (signal: AbortSignal): Promise<unknown> =>
  await localWorkers({ blobFolder: path.join(folder, "files"), engine: "auto" })(
    [assignment("s1", 0)],
    signal,
  );

it("a question to local workers asks no worker once it was interrupted", async () => {
  await expect(ask(AbortSignal.abort())).rejects.toThrow("interrupted");
});

it("a question to local workers says what is wrong with the data, and leaves nothing on the signal", async () => {
  const { signal } = new AbortController();
  await expect(ask(signal)).rejects.toThrow(DataError);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("a question to local workers is interrupted while the worker starts", async () => {
  const interrupt = new AbortController();
  const asked = ask(interrupt.signal);
  interrupt.abort();
  await expect(asked).rejects.toThrow("interrupted");
});
