import type { Colors } from "../io.ts";
import { displayWidth } from "../../views/text-width.ts";

/** A command worth typing now, without `seqtune`, and what it is good for. */
export interface NextCommand {
  readonly command: string;
  readonly about: string;
}

export interface NextStyle {
  readonly columns: number;
  readonly colors: Colors;
  /** ` --db FILE` where a command needs it, else empty. */
  readonly dbHint: string;
}

/** The commands in lines, what they do beside them where there is room. */
export function nextCommands(commands: readonly NextCommand[], style: NextStyle): string[] {
  if (commands.length === 0) return [];
  const typed = commands.map(({ command }) => `  seqtune ${command}${style.dbHint}`);
  const width = Math.max(...typed.map(displayWidth));
  const lines = commands.map(({ about }, index) => {
    const line = typed[index]!;
    const room = width + 3 + displayWidth(about) <= style.columns;
    return room ? `${line.padEnd(width + 3)}${style.colors.dim(about)}` : line;
  });
  return [style.colors.bold("next"), ...lines];
}
