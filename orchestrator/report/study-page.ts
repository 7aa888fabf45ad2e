import { pageHtml } from "./page.ts";
import { bestSection, headSection, rankingSection, verdictSection } from "./sections/outcome.ts";
import { costSection, dataSection, repeatsSection, reproduceSection } from "./sections/record.ts";
import { plotSection, spaceSection, troubleSections } from "./sections/search.ts";
import type { StudyReport } from "./study-report.ts";

/** A study in one file to mail: no script, nothing from a network. */
export function studyPage(report: StudyReport): string {
  const body = [
    headSection(report),
    verdictSection(report),
    bestSection(report),
    rankingSection(report),
    ...(report.plotted.ranges.length > 0 ? [plotSection(report, "lr")] : []),
    plotSection(report, "forecast"),
    plotSection(report, "history"),
    plotSection(report, "curves"),
    plotSection(report, "importance"),
    spaceSection(report),
    troubleSections(report),
    repeatsSection(report),
    costSection(report),
    plotSection(report, "timeline"),
    dataSection(report),
    reproduceSection(report),
  ];
  return pageHtml(`${report.study.name}: report`, body.filter((part) => part !== "").join("\n"));
}
