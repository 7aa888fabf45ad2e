import { writeFile } from "node:fs/promises";
import path from "node:path";
import { UserError } from "../errors.ts";
import { plotFigure } from "../report/figure.ts";
import { pageHtml } from "../report/page.ts";
import type { Plot } from "../views/plots/plot.ts";
import { renderSvg, type SvgOptions } from "../views/plots/svg/render.ts";
import { toPng } from "./png.ts";

const endings = [".svg", ".png", ".html"] as const;

/** Writes a plot in the form that the file's ending names. Throws `UserError`. */
export async function writePlot(file: string, plot: Plot, options: SvgOptions = {}): Promise<void> {
  await writeOut(file, contentOf(file, plot, options));
}

function contentOf(file: string, plot: Plot, options: SvgOptions): string | Uint8Array {
  const ending = path.extname(file).toLowerCase();
  switch (ending) {
    case ".svg":
      return renderSvg(plot, options);
    case ".png":
      return toPng(renderSvg(plot, options));
    case ".html":
      return pageHtml(plot.heading, plotFigure(plot, { id: "plot", level: 1 }));
    default:
      throw new UserError(
        `--out ${path.basename(file)}: ${ending === "" ? "the file's name has no ending" : `${ending} is none of the endings`}; it must be ${endings.slice(0, -1).join(", ")} or ${endings.at(-1)}`,
      );
  }
}

/** Writes a file that a person has named. Throws `UserError` in words. */
export async function writeOut(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`${file} could not be written: ${reason}`, { cause });
  }
}
