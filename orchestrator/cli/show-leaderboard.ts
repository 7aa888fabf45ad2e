import { UserError } from "../errors.ts";
import type { Board } from "../lab/board.ts";
import { boardsOf } from "../lab/find-board.ts";
import { totalTrials } from "../views/counts.ts";
import type { Leaderboard } from "../views/leaderboard.ts";
import { leaderboardCsv, leaderboardMarkdown } from "../views/leaderboard-export.ts";
import { localTime } from "../views/numbers.ts";
import { sortTrials, UnknownSort } from "../views/sort-trials.ts";
import { findStudy } from "./find-study.ts";
import { note, print, printJson, type Io } from "./io.ts";
import { labHint, type NatsFlags } from "./nats-options.ts";
import { dbHint, withStore, type DbOptions } from "./options.ts";
import { boardText } from "./text/board.ts";
import { shownByDefault } from "./text/board-style.ts";
import { boardOf, boardStyle } from "./text/leaderboard.ts";

export interface LeaderboardOptions extends DbOptions, NatsFlags {
  readonly top?: number;
  readonly sort: string;
  readonly json?: true;
  readonly csv?: true;
  readonly markdown?: true;
}

/** What `seqtune leaderboard` prints. */
export async function showLeaderboard(
  name: string | undefined,
  options: LeaderboardOptions,
  io: Io,
): Promise<void> {
  // Named on the command line only: a lab in the environment does not hide the studies of this machine.
  const lab = options.nats ?? options.lab;
  if (lab === undefined) show(name, options, io);
  else await showOfLab(name, options, io);
}

function show(name: string | undefined, options: LeaderboardOptions, io: Io): void {
  withStore(io, options, (store, file) => {
    const study = findStudy(store, name, file);
    const top = options.top ?? (options.json || options.csv ? undefined : shownByDefault);
    const board = inWords(() => boardOf(store, study, file, { top, sort: options.sort }));
    if (options.json) printJson(io, board);
    else if (options.csv) io.stdout.write(leaderboardCsv(board));
    else if (options.markdown) print(io, leaderboardMarkdown(board));
    else print(io, boardText(board, boardStyle(io, { file, hint: dbHint(io, options) })));
  });
}

/** As the study's coordinator last published it. */
async function showOfLab(name: string | undefined, options: LeaderboardOptions, io: Io): Promise<void> {
  // What speaks to a lab takes longer to load than all the rest.
  const [{ requiredLab }, { lookAtLab }, { readBoards }] = await Promise.all([
    import("./lab-connection.ts"),
    import("../lab/look.ts"),
    import("../lab/board.ts"),
  ]);
  const lab = requiredLab(io, options);
  const boards = await lookAtLab(lab, readBoards);
  const [shown, ...others] = boardsOf(boards, name, lab);
  const { leaderboard, host, at } = shown!;
  if (name !== undefined && others.length > 0) note(io, othersWords(name, others));
  const { sort } = options;
  const top = options.top ?? (options.json || options.csv ? undefined : shownByDefault);
  const trials = inWords(() => sortTrials(leaderboard.trials, sort));
  const board = { ...leaderboard, sort, trials: trials.slice(0, top) };
  const missing = totalTrials(leaderboard.counts) - leaderboard.repeats - trials.length;
  if (missing > 0 && (sort !== "value" || (top ?? Number.POSITIVE_INFINITY) > trials.length)) {
    const all = `seqtune leaderboard ${leaderboard.study}`;
    note(io, `the lab has the best ${trials.length} trials; for the other ${missing}: ${all} on ${host}`);
  }
  if (options.json) printJson(io, board);
  else if (options.csv) io.stdout.write(leaderboardCsv(board));
  else if (options.markdown) print(io, leaderboardMarkdown(board));
  else {
    const style = boardStyle(io, { file: `the database on ${host}`, hint: "" });
    print(io, boardText(board, { ...style, lab: { hint: labHint(options), isHere: false } }));
    print(io, toldWords(at, host, leaderboard.state));
  }
}

/** Two databases may each have a study of that name. */
function othersWords(name: string, others: readonly Board[]): string {
  const places = others.map(
    ({ host, key, leaderboard: { state, startedAt } }) =>
      `${key} on ${host}, ${state}, started ${localTime(startedAt)}`,
  );
  return `note: the lab knows other studies named ${name}; show one by its key: ${places.join("; ")}`;
}

/** Coordinators tell at least twice a minute. */
const silentMs = 90_000;

function toldWords(at: number, host: string, state: Leaderboard["state"]): string {
  const silent = state === "running" && Date.now() - at > silentMs;
  return `as of ${localTime(at)}, by ${host}${silent ? `; silent since then: it may have ended, see seqtune studies on ${host}` : ""}`;
}

function inWords<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof UnknownSort) throw new UserError(error.message, { cause: error });
    throw error;
  }
}
