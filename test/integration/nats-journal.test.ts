/** The list on the server that one coordinator at a time can add to. */
import { expect, it } from "vitest";
import { Journal, JournalFenced } from "../../worker/protocol/nats/coordinator/journal.ts";
import { Link } from "../../worker/protocol/nats/link/link.ts";
import { defaultTimings } from "../../worker/protocol/nats/link/timings.ts";
import { namesFor } from "../../worker/protocol/nats/server/names.ts";
import { server } from "../support/lab-per-test.ts";
import { quick } from "../support/nats-lab.ts";
import { until } from "../support/until.ts";

/** A slow answer is no problem here. */
const timings = { ...defaultTimings, ...quick, requestMs: 120_000 };
const names = namesFor();

interface Made {
  readonly journal: Journal;
  readonly link: Link;
  readonly said: string[];
}

async function make(): Promise<Made> {
  const link = await Link.connect({ servers: server.url, name: "test" }, timings);
  const said: string[] = [];
  const journal = new Journal({
    link,
    names,
    timings,
    study: "s1",
    onProblem: (problem) => said.push(problem.message),
    onFenced: () => said.push("fenced"),
    onLost: () => said.push("lost"),
  });
  return { journal, link, said };
}

it("a study's journal gives back in order what was appended behind a place, long items too", async () => {
  const one = await make();
  await one.journal.forget(await one.journal.take()); // what is before the first is nothing
  one.journal.append("a");
  await one.journal.safe();
  const place = one.journal.newest;
  const long = "x".repeat(700_000);
  for (const item of ["b", long, "c"]) one.journal.append(item);
  await one.journal.safe();
  await one.journal.forget(place);
  const two = await make();
  await two.journal.take();
  expect((await two.journal.read(place)).map((item) => item.length)).toEqual([1, 700_000, 1]);
  expect(await two.journal.read(0)).toEqual(["a", "b", long, "c"]);
  await Promise.all([one.link.close(), two.link.close()]);
});

it("a study's journal takes nothing more from a predecessor once a successor has written", async () => {
  const one = await make();
  await one.journal.take();
  const two = await make();
  await two.journal.take();
  one.journal.append("too late");
  await expect(one.journal.safe()).rejects.toThrow(JournalFenced);
  expect(one.said).toEqual(["fenced"]);
  two.journal.append("mine");
  await two.journal.safe();
  expect(await two.journal.read(0)).toEqual(["mine"]);
  await Promise.all([one.link.close(), two.link.close()]);
});

it("a study's journal goes on over the death of the server, and says when the server has lost it", async () => {
  const { journal, link, said } = await make();
  await journal.take();
  await server.kill();
  journal.append("while the server was dead");
  await server.up();
  await journal.safe();
  expect(said).toEqual([]);
  await server.kill();
  await server.wipe();
  await server.up();
  journal.append("on an empty server");
  await journal.safe();
  await until(() => said.includes("lost"), "the loss to be reported");
  expect(await journal.read(0)).toEqual(["on an empty server"]);
  await link.close();
});
