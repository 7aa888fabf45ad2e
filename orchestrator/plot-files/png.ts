import { createRequire } from "node:module";
import { UserError } from "../errors.ts";

/** What is used of @resvg/resvg-js, which not every installation has. */
interface Resvg {
  readonly Resvg: new (
    svg: string,
    options: {
      readonly fitTo: { readonly mode: "zoom"; readonly value: number };
      readonly font: { readonly loadSystemFonts: boolean };
    },
  ) => { render(): { asPng(): Uint8Array } };
}

/** Pixels of the picture for one of the drawing: sharp on fine screens and in print. */
const zoom = 2;

/** An SVG as PNG. Throws `UserError` where the package for it is not installed. */
export function toPng(svg: string): Uint8Array {
  const options = { fitTo: { mode: "zoom", value: zoom }, font: { loadSystemFonts: true } } as const;
  return new (load().Resvg)(svg, options).render().asPng();
}

function load(): Resvg {
  try {
    return createRequire(import.meta.url)("@resvg/resvg-js") as Resvg;
  } catch (cause) {
    const message =
      "PNG needs the optional package @resvg/resvg-js, which is not installed here: take .svg, or run npm install @resvg/resvg-js@2.6.2";
    throw new UserError(message, { cause });
  }
}
