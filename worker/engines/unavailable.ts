/** An engine that cannot be used here, with what to do about it. */
export class EngineUnavailable extends Error {
  readonly engine: string;
  readonly reason: string;
  readonly remedy: string;
  constructor(engine: string, reason: string, remedy: string, options?: ErrorOptions) {
    super(`engine ${engine} cannot be used: ${reason}. To get it: ${remedy}`, options);
    this.name = "EngineUnavailable";
    this.engine = engine;
    this.reason = reason;
    this.remedy = remedy;
  }
}
