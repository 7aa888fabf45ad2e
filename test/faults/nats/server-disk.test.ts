/** The disk of the server is full, or what it may take of it; rows 11 and 12 of the table of faults. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { Link } from "../../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../../worker/protocol/nats/link/timings.ts";
import { libraryOf } from "../../support/library-of.ts";
import { SmallDisk } from "../../support/small-disk.ts";
import { until } from "../../support/until.ts";
import { figure } from "../figures.ts";
import { inLab, shortTimings, type FaultLabOptions } from "./fault-lab.ts";

const size: FaultLabOptions = {
  trials: 3,
  epochs: 40,
  epochMs: 50,
  leaseMs: 30_000,
  // As in a real lab: a request is given up before the connection is.
  timings: { ...shortTimings, pingMs: 2_500 },
};

const obstacle = SmallDisk.obstacle();
const why = obstacle === null ? "" : ` (not run: ${obstacle})`;
let disk: SmallDisk | null = null;

afterEach(async () => {
  await disk?.close();
  disk = null;
});

it.skipIf(obstacle !== null)(
  `a server whose disk is full: the command line says so, and after a repair nothing is missing${why}`,
  async () => {
    const small = await SmallDisk.create(24);
    disk = small;
    const configure = async (port: number, folder: string): Promise<string> => {
      const file = path.join(folder, "nats.conf");
      const store = JSON.stringify(path.join(small.folder, "store"));
      await writeFile(
        file,
        `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${store}, max_file_store: 1TB }\n`,
      );
      return file;
    };
    await inLab({ ...size, server: { wrap: small.wrap, configure } }, async (lab) => {
      const coordinator = lab.command("run");
      lab.work("one");
      await lab.untilEpochs(10);

      small.fill();
      const fullAt = performance.now();
      const words =
        /^note: the NATS server (?:at .* did not answer for .* its disk may be full.*: make room, end|has no room for .*; free disk space)/;
      const isTold = (): boolean => {
        small.fill(); // what the server lets go of meanwhile
        return coordinator.lines.some((line) => words.test(line));
      };
      await until(isTold, "the full disk to be reported");
      const toldMs = Math.round(performance.now() - fullAt);
      figure([11], "disk of 24 MB filled, requests given up after 2 s", `told after ${toldMs} ms`);

      small.makeRoom();
      await lab.server.kill(); // it does not end otherwise
      await lab.server.up();
      expect(await lab.verdict(coordinator)).toEqual([]);
      expect(lab.attempts().map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    });
  },
);

it("a stream of reports that takes no more: the worker says whose limit that is, waits, and loses none", async () => {
  await inLab(size, async (lab) => {
    const coordinator = lab.coordinate();
    const worker = lab.work("one");
    await lab.untilEpochs(10);
    coordinator.kill("SIGKILL"); // no process takes reports away now
    const link = await Link.connect({ servers: lab.server.url, name: "test" }, defaultTimings);
    const { config } = await link.jsm.streams.info("SEQTUNE_REPORTS");
    await libraryOf(link).jsm.streams.update("SEQTUNE_REPORTS", { max_bytes: 2_000 });
    await worker.line("problem: stream SEQTUNE_REPORTS on the NATS server has reached its own limit");
    await libraryOf(link).jsm.streams.update("SEQTUNE_REPORTS", { max_bytes: config.max_bytes });
    await link.close();
    expect(await lab.verdict(lab.coordinate())).toEqual([]);
  });
});
