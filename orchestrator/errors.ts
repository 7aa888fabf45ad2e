/** Something the user can put right. The message is one clear sentence with what to do; no stack is shown. */
export class UserError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UserError";
  }
}

/** The waiting for a server was ended by a signal. */
export class WaitEnded extends Error {
  constructor(servers: string) {
    super(`stopped waiting for the NATS server at ${servers}; no study was made`);
    this.name = "WaitEnded";
  }
}

/** Exit codes of the command line, for scripts. */
export const exitCodes = {
  ok: 0,
  /** Invalid input: file, option, name, database. */
  usage: 1,
  /** The study ended, and not one trial has a value. */
  nothingTrained: 2,
  /** Internal error (a bug in seqtune). */
  internal: 3,
  /** Interrupted by Ctrl-C or SIGTERM; `seqtune resume` continues. */
  interrupted: 130,
} as const;
