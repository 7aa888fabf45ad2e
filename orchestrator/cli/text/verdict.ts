import type { StudyVerdict, Worth } from "../../verdict/verdict.ts";
import type { Colors } from "../io.ts";

const styles: Readonly<Record<Worth, keyof Pick<Colors, "green" | "yellow" | "red">>> = {
  best: "green",
  level: "yellow",
  beaten: "yellow",
  useless: "red",
};

/** `verdict  trial 7 is better than …` */
export function judgementText(
  { worth, sentence }: Pick<StudyVerdict, "worth" | "sentence">,
  subject: string,
  colors: Colors,
): string {
  return `${colors.bold("verdict")}  ${subject} is ${colors[styles[worth]](sentence)}`;
}

/** The verdict on a model and what to do next, in lines. */
export function verdictText(verdict: StudyVerdict, colors: Colors): string {
  return [
    judgementText(verdict, `trial ${verdict.trial}`, colors),
    ...verdict.steps.map((step) => `  next: ${step.sentence}`),
  ].join("\n");
}
