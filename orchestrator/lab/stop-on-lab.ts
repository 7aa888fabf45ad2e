import { UserError } from "../errors.ts";
import { readBoards, type Board } from "./board.ts";
import type { LabConnection } from "./connection.ts";
import { boardsOf } from "./find-board.ts";
import { lookAtLab } from "./look.ts";
import { askForStop } from "./stop-line.ts";

/** Has a study that is run elsewhere stopped, or a trial of it. Returns what happens, throws `UserError`. */
export async function stopOnLab(lab: LabConnection, name: string, trial: number | null): Promise<string> {
  return await lookAtLab(lab, async (link, names) => {
    const boards = boardsOf(await readBoards(link, names), name, lab);
    const newest = boards[0]!;
    const open = boards.filter(({ leaderboard }) => leaderboard.state === "running");
    if (open.length === 0) throw new UserError(endedWords(newest));
    if (open.length > 1) throw new UserError(severalWords(name, open));
    const { key, host } = open[0]!;
    const words = await askForStop(link, names, key, trial);
    if (words === null) {
      throw new UserError(
        `nobody runs study ${name} now: its coordinator on ${host} ended without a word; stop it there: seqtune stop ${name}`,
      );
    }
    return `${words}; its coordinator on ${host} answered`;
  });
}

function endedWords({ leaderboard: { study, state, reason }, host }: Board): string {
  const why = reason === null ? "" : `: ${reason}`;
  return state === "interrupted"
    ? `nobody runs study ${study} now (interrupted${why}); stop it where its database is, on ${host}: seqtune stop ${study}`
    : `study ${study} has ended already (${state}${why})`;
}

function severalWords(name: string, boards: readonly Board[]): string {
  const places = boards.map(({ host, key }) => `${key} on ${host}`).join(", ");
  return `several studies named ${name} run on this lab; give the key of one: ${places}`;
}
