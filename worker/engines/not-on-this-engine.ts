/** A model that another engine can train, and this one cannot. */
export class NotOnThisEngine extends Error {
  /** `what`: such as `gru cells`; `instead`: the setting that it can train. */
  constructor(engine: string, what: string, instead: string) {
    super(
      `the engine ${engine} does not train ${what}; set ${instead}, or take another engine (--engine auto)`,
    );
    this.name = "NotOnThisEngine";
  }
}
