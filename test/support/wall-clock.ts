/** From now on `Date` of this process is off by this much, as if the clock had been set; monotonic time is not. */
export function setWallClockOff(byMs: number): void {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...args: [] | [number | string | Date]) {
      if (args.length === 0) super(Right.now() + byMs);
      else super(args[0]);
    }

    static override now(): number {
      return Right.now() + byMs;
    }
  } as DateConstructor;
}
