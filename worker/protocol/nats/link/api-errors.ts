import { JetStreamApiError } from "@nats-io/jetstream";

/** What the server means when it refuses: its error codes, which its texts may change around. */

const streamNotFound = 10059;

export function isNoSuchStream(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === streamNotFound;
}

export const isNoSuchStreamCode = (code: number): boolean => code === streamNotFound;

const noPeers = 10005;

/** No servers of the cluster can hold as many copies, or as much. */
export function isNoPeers(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === noPeers;
}

/** JetStream's cluster is incomplete, not active, not available. */
const noLeaderCodes = new Set([10004, 10006, 10008, 10009]);

export function isNoLeader(error: unknown): boolean {
  return error instanceof JetStreamApiError && noLeaderCodes.has(error.code);
}

/** The name is taken with another configuration; its subjects are. */
const takenCodes = new Set([10058, 10065]);

export function isTaken(error: unknown): boolean {
  return error instanceof JetStreamApiError && takenCodes.has(error.code);
}

const outOfRoomCodes = new Set([10023, 10028, 10047]);

/** Servers of 2.10 and 2.12 whose disk is full answer with what the system told them. */
const noRoomWords = /maximum (bytes|messages) exceeded|no space left on device/;

/** The server says that disk, memory or account limits are reached. */
export function isOutOfRoom(error: unknown): boolean {
  if (!(error instanceof JetStreamApiError)) return false;
  return outOfRoomCodes.has(error.code) || noRoomWords.test(error.message);
}

/** A stream's own limit is reached, not one of the server or its disk. */
export function isStreamFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && /^maximum (bytes|messages) exceeded/.test(error.message);
}

const alreadyThere = /maximum messages per subject exceeded/;

/** A write-once subject holds its message already. */
export function isAlreadyThere(error: unknown): boolean {
  return error instanceof JetStreamApiError && alreadyThere.test(error.message);
}

const consumerNotMade = 10012;

/** A consumer could not be stored: its folder was being removed, or is gone while the server still has the consumer. */
export function isConsumerNotMade(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === consumerNotMade;
}

const wrongLastSequence = new Set([10071, 10164]);

/** A compare-and-set lost: another process wrote first (or this process did, and did not hear the answer). */
export function isLostRace(error: unknown): boolean {
  return error instanceof JetStreamApiError && wrongLastSequence.has(error.code);
}
