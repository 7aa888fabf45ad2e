/**
 * Every coordinator that takes a study over counts one epoch on. What a coordinator of an earlier epoch still
 * says (it was paused and woke up) is ignored.
 */
export class Epochs {
  private readonly highest = new Map<string, number>();

  /** True when nothing of a later epoch was heard before. */
  accepts(study: string, epoch: number): boolean {
    const known = this.highest.get(study) ?? 0;
    if (epoch < known) return false;
    this.highest.set(study, epoch);
    return true;
  }
}
