/**
 * What to do while the database refuses to record (a full disk): say so once, and let the caller try again.
 * Something recorded ends the refusal, so that the next one is reported again.
 */
export class Refusals {
  private readonly notice: (error: unknown) => void;
  private refusing = false;

  constructor(notice: (error: unknown) => void) {
    this.notice = notice;
  }

  /** Records by `write`; a refusal is reported and rethrown. */
  passing<T>(write: () => T): T {
    try {
      const result = write();
      this.passed();
      return result;
    } catch (error) {
      this.refused(error);
      throw error;
    }
  }

  /** Something was recorded. */
  passed(): void {
    this.refusing = false;
  }

  /** Does `work`, which may record; what is refused now is tried again at the next call. */
  guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.refused(error);
    }
  }

  /** Something was refused, and will be tried again. */
  refused(error: unknown): void {
    if (!this.refusing) this.notice(error);
    this.refusing = true;
  }
}
