import { parentPort } from "node:worker_threads";
import { DataError } from "../../../worker/data/errors.ts";
import type { Table } from "../../../worker/data/file/table.ts";
import { tableOf } from "../../../worker/data/prepare.ts";
import { keepArrangement } from "../../../worker/data/split/arrange.ts";
import { foldBaselines, type BaselinePiece } from "./sweep-baselines.ts";
import type { PieceAnswer, ThreadTask } from "./beside.ts";

// A thread of its own: ridge regressions over all training windows take seconds, in which no worker would be heard. It takes piece after
// piece as long as there are any that no other thread has taken, and says in the end what it has found.
parentPort?.once("message", ({ question, arrangement, pieces, next }: ThreadTask) => {
  if (arrangement !== undefined) keepArrangement(arrangement);
  const { source, settings } = question;
  let table: Table | undefined;
  const taken = (): BaselinePiece | undefined => pieces[Atomics.add(next, 0, 1)];
  const answer = (piece: BaselinePiece): PieceAnswer => {
    try {
      table ??= tableOf(source, settings); // read once for all pieces
      return { ...piece, ...foldBaselines(table, settings, piece) };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      Atomics.store(next, 0, pieces.length); // no other piece is of use
      return { ...piece, reason: error.message };
    }
  };
  const answers: PieceAnswer[] = [];
  for (let piece = taken(); piece !== undefined; piece = taken()) answers.push(answer(piece));
  parentPort?.postMessage(answers);
});
