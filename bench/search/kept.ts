import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { z } from "zod";

/**
 * What the runs of a bench came to, by name, in a file with a line each: a run that is there is not made again, so that a bench can be
 * interrupted and goes on.
 */
export class Kept<T> {
  private readonly file: string | undefined;
  private readonly runs = new Map<string, T>();

  /** Without a file it only remembers. */
  constructor(file: string | undefined, schema: z.ZodType<T>) {
    this.file = file;
    if (file === undefined || !existsSync(file)) return;
    const line = z.object({ name: z.string(), run: schema });
    for (const text of readFileSync(file, "utf8").trim().split("\n")) {
      const { name, run } = line.parse(JSON.parse(text));
      this.runs.set(name, run);
    }
  }

  find(name: string): T | undefined {
    return this.runs.get(name);
  }

  keep(name: string, run: T): void {
    this.runs.set(name, run);
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify({ name, run })}\n`);
  }
}
