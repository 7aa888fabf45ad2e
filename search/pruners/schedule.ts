import { wholeNumber } from "../settings.ts";

/** When a pruner looks at a trial. */
export interface Schedule {
  /** No verdict before this epoch. Default 1. */
  readonly min_epochs?: number;
  /** From `min_epochs` on, a verdict every `interval` epochs. Default 1. */
  readonly interval?: number;
}

/** Is epoch `epoch` one at which the pruner looks? Throws SettingError for settings out of range. */
export function scheduled({ min_epochs = 1, interval = 1 }: Schedule): (epoch: number) => boolean {
  wholeNumber("min_epochs", min_epochs, 1);
  wholeNumber("interval", interval, 1);
  return (epoch) => epoch >= min_epochs && (epoch - min_epochs) % interval === 0;
}
