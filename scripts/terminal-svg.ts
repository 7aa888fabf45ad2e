/**
 * Draws what a command prints on a terminal as an SVG picture: FORCE_COLOR=1 seqtune ... | npx tsx scripts/terminal-svg.ts "title" > out.svg
 * Knows the colours and weights that seqtune prints (SGR codes), nothing else of terminals.
 */
import { readFileSync } from "node:fs";
import { displayWidth } from "../orchestrator/views/text-width.ts";

const [cell, line, edge, head] = [7.83, 17, 16, 34];
const ground = "#10171e";
const ink = "#e6edf3";
const colors: Readonly<Record<number, string>> = {
  31: "#ff7b72",
  32: "#4cc38a",
  33: "#ffa657",
  35: "#b79bff",
  36: "#6cb2ff",
};

interface Style {
  readonly color: string;
  readonly bold: boolean;
  readonly dim: boolean;
}
const plain: Style = { color: ink, bold: false, dim: false };

function styled(style: Style, codes: string): Style {
  return codes.split(";").reduce((now, code): Style => {
    const number = Number(code);
    if (number === 0) return plain;
    if (number === 1) return { ...now, bold: true };
    if (number === 2) return { ...now, dim: true };
    if (number === 22) return { ...now, bold: false, dim: false };
    if (number === 39) return { ...now, color: ink };
    return { ...now, color: colors[number] ?? now.color };
  }, style);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** One line of text as spans, each at its own column: fonts without some character keep the columns. */
function drawLine(text: string, y: number): string {
  let [style, column] = [plain, 0];
  const escapes = new RegExp(`(${String.fromCodePoint(27)}\\[[0-9;]*m)`);
  return text
    .split(escapes)
    .map((part) => {
      if (part.startsWith("\u001b")) {
        style = styled(style, part.slice(2, -1));
        return "";
      }
      const at = edge + column * cell;
      const width = displayWidth(part);
      column += width;
      if (part.trim() === "") return "";
      const look = `${style.bold ? ' font-weight="bold"' : ""}${style.dim ? ' fill-opacity="0.62"' : ""}`;
      return `<text x="${at.toFixed(1)}" y="${y}" fill="${style.color}"${look} textLength="${(width * cell).toFixed(1)}" xml:space="preserve">${escape(part)}</text>`;
    })
    .join("");
}

const lines = readFileSync(0, "utf8").trimEnd().split("\n");
const title = process.argv[2] ?? "";
const widest = lines.reduce(
  (most, text) =>
    Math.max(
      most,
      displayWidth(text.replaceAll(new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g"), "")),
    ),
  0,
);
const [width, height] = [Math.ceil(widest * cell + 2 * edge), head + lines.length * line + edge];
const dots = ["#ff5f57", "#febc2e", "#28c840"].map(
  (fill, i) => `<circle cx="${edge + 6 + i * 20}" cy="17" r="6" fill="${fill}"/>`,
);
process.stdout
  .write(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="13">
<title>${escape(title)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>
${dots.join("")}<text x="${width / 2}" y="21" fill="${ink}" fill-opacity="0.62" text-anchor="middle">${escape(title)}</text>
${lines.map((text, i) => drawLine(text, head + 13 + i * line)).join("\n")}
</svg>
`);
