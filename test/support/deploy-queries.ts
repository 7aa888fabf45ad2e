import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { z } from "zod";

/** A file of this repository. */
export const repository = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));

/** The metrics that an expression of PromQL asks for. */
export const namesIn = (expression: string): readonly string[] =>
  [...expression.matchAll(/\b(?:seqtune|process|nodejs)_\w+/g)].map(([name]) => name);

const dashboardSchema = z.looseObject({
  panels: z.array(
    z.looseObject({ title: z.string(), targets: z.array(z.looseObject({ expr: z.string() })) }),
  ),
});
const rulesSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.looseObject({ alert: z.string(), expr: z.string() })) })),
});

/** What the panels of the Grafana dashboard ask for. */
export function dashboardQueries(): readonly string[] {
  const { panels } = dashboardSchema.parse(
    JSON.parse(readFileSync(repository("deploy/grafana-dashboard.json"), "utf8")),
  );
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll("$study", "seen")));
}

/** What the alerts ask for. */
export function alertQueries(): readonly string[] {
  const { groups } = rulesSchema.parse(
    parse(readFileSync(repository("deploy/prometheus-alerts.yaml"), "utf8")),
  );
  return groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
}
