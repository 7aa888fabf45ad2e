import { escape } from "../views/plots/svg/markup.ts";
import { dark, themeCss } from "../views/plots/svg/theme.ts";

/**
 * A whole page in one text: no script, nothing from a network, light and dark as the reader's system is. Its policy says so,
 * too: a name that were markup after all could load and run nothing.
 */
export function pageHtml(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>${escape(title)}</title>
<style>${css}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

const css = `
:root{--back:#fff;--ink:#1b2733;--soft:#5b6876;--line:#d7dde3;--box:#f5f7f9;--good:#0f7a43;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--back:${dark.background};--ink:${dark.tones.ink};--soft:${dark.tones.muted};--line:${dark.tones.faint};--box:#182129;--good:${dark.tones.good};--bad:${dark.tones.bad}}${themeCss(dark, "svg ")}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:15px/1.5 system-ui,"DejaVu Sans","Liberation Sans",Arial,sans-serif}
main{max-width:980px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:26px;line-height:1.2;margin:0 0 6px;overflow-wrap:anywhere}
h2{font-size:19px;margin:38px 0 4px}
p{margin:6px 0}
.says{color:var(--soft)}
.verdict{border-left:4px solid var(--soft);background:var(--box);padding:10px 14px;margin:14px 0}
.verdict.best{border-color:var(--good)}.verdict.useless,.verdict.beaten{border-color:var(--bad)}
.picture{overflow-x:auto;margin:8px 0}
.picture svg{max-width:100%;height:auto;display:block}
.picture.narrow{display:none}
@media(max-width:640px){.picture svg{max-width:none;width:640px}.picture.wide{display:none}.picture.narrow{display:block}.picture.narrow svg{width:100%}}
.table{overflow:auto;max-height:460px;margin:8px 0}
table{border-collapse:collapse;font-size:13.5px}
th,td{text-align:left;padding:3px 12px 3px 0;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap;unicode-bidi:isolate}
td.long{white-space:normal;overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600}
td.n,th.n{text-align:right}td.n{font-variant-numeric:tabular-nums}
tr.baseline td{color:var(--soft)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 18px;margin:8px 0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere;unicode-bidi:isolate}
pre{background:var(--box);border:1px solid var(--line);padding:12px 14px;overflow:auto;font-size:13px;line-height:1.45}
summary{cursor:pointer;color:var(--soft)}
@media print{details{display:none}section{break-inside:avoid}}
`.replaceAll("\n", "");
