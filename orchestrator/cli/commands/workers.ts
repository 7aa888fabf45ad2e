import type { Command } from "commander";
import { readBoards } from "../../lab/board.ts";
import { listWorkers } from "../../lab/list-workers.ts";
import { lookAtLab } from "../../lab/look.ts";
import { workerCommand } from "../../lab/waiting.ts";
import type { Link } from "../../../worker/protocol/nats/link/link.ts";
import type { Names } from "../../../worker/protocol/nats/server/names.ts";
import { workerRow, type SlotRow } from "../../views/workers.ts";
import { print, printJson, type Io } from "../io.ts";
import { requiredLab } from "../lab-connection.ts";
import { natsOptions, type NatsFlags } from "../nats-options.ts";
import { workersText } from "../text/workers.ts";

const examples = `
Examples:
  $ seqtune workers --nats nats://lab:4222 --creds lab/coordinator.creds
  $ seqtune workers --json | jq '[.[] | select(.running == null)] | length'

Needs the credentials of a coordinator or a viewer. A worker that is not heard for half a minute is left out.
`;

export function workersCommand(program: Command, io: Io): void {
  const command = program.command("workers").option("--json", "a JSON array, one object per slot");
  natsOptions(command, "such as nats://lab:4222")
    .addHelpText("after", examples)
    .action(async (flags: NatsFlags & { readonly json?: true }) => {
      const lab = requiredLab(io, flags);
      const rows = await lookAtLab(lab, rowsOf, ["state", "workers"]);
      if (flags.json) printJson(io, rows ?? []);
      else if (rows === null) {
        print(
          io,
          `workers show here once a study was started on ${lab.servers}; until then each says of itself "waiting for work"`,
        );
      } else if (rows.length === 0) {
        print(io, `no workers on ${lab.servers} now; start one with: ${workerCommand(lab)}`);
      } else print(io, workersText(rows, { now: Date.now(), width: io.columns, colors: io.colors }));
    });
}

/** `null`: no coordinator has used this server yet. */
async function rowsOf(link: Link, names: Names): Promise<readonly SlotRow[] | null> {
  const workers = await listWorkers(link, names);
  if (workers === null) return null;
  const boards = await readBoards(link, names);
  const studies = new Map(boards.map(({ key, leaderboard }) => [key, leaderboard.study]));
  return workers.map((worker) => workerRow(worker, studies));
}
