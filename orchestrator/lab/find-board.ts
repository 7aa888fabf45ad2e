import { UserError } from "../errors.ts";
import type { Board } from "./board.ts";
import type { LabConnection } from "./connection.ts";

/**
 * The boards of the studies of that name or key, or of all without one, the one that changed last first; at least
 * one. Throws `UserError`.
 */
export function boardsOf(
  boards: readonly Board[],
  name: string | undefined,
  { servers }: LabConnection,
): readonly Board[] {
  const found = boards.filter(
    ({ key, leaderboard }) => name === undefined || leaderboard.study === name || key === name,
  );
  if (found.length > 0) return found;
  const what = name === undefined ? "no study" : `no study "${name}"`;
  const names = [...new Set(boards.map(({ leaderboard }) => leaderboard.study))].join(", ");
  throw new UserError(
    `${what} was published on ${servers}` +
      (names === "" ? "; start one with: seqtune run sweep.yaml --nats …" : `; it knows ${names}`),
  );
}
