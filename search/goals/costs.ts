/** Metrics that say what a training costs; where they appear, they are above 0 and spread over orders of magnitude. */
export const costNames: ReadonlySet<string> = new Set(["parameters", "epoch_seconds"]);
