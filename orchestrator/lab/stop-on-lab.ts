import { UserError } from "../errors.ts";
import { localTime } from "../views/numbers.ts";
import { readBoards, type Board } from "./board.ts";
import type { LabConnection } from "./connection.ts";
import { boardsOf } from "./find-board.ts";
import { lookAtLab } from "./look.ts";
import { askForStop, isAnswering } from "./stop-line.ts";

/** Has a study that is run elsewhere stopped, or a trial of it. Returns what happens, throws `UserError`. */
export async function stopOnLab(lab: LabConnection, name: string, trial: number | null): Promise<string> {
  return await lookAtLab(lab, async (link, names) => {
    const boards = boardsOf(await readBoards(link, names), name, lab);
    const running = boards.filter(({ leaderboard }) => leaderboard.state === "running");
    const [newest] = running;
    if (newest === undefined) throw new UserError(endedWords(boards[0]!));
    const answers = await Promise.all(running.map(({ key }) => isAnswering(link, names, key)));
    const here = running.filter((_, index) => answers[index]);
    if (here.length > 1) throw new UserError(severalWords(name, here));
    const { key, host } = here[0] ?? newest;
    const words = here.length === 0 ? null : await askForStop(link, names, key, trial);
    if (words === null) {
      throw new UserError(
        `study ${name} is not running: its coordinator on ${host} ended without a message; stop the study there: seqtune stop ${name}`,
      );
    }
    return `${words}; its coordinator on ${host} answered`;
  });
}

function endedWords({ leaderboard: { study, state, reason }, host }: Board): string {
  const why = reason === null ? "" : `: ${reason}`;
  return state === "interrupted"
    ? `study ${study} is not running (interrupted${why}); stop it on ${host}, which has its database: seqtune stop ${study}`
    : `study ${study} has ended already (${state}${why})`;
}

function severalWords(name: string, boards: readonly Board[]): string {
  const places = boards.map(
    ({ host, key, leaderboard }) => `${key} on ${host}, started ${localTime(leaderboard.startedAt)}`,
  );
  return `several studies named ${name} run on this lab; give the key of one: ${places.join("; ")}`;
}
