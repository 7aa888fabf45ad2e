import type { NextStep, StudyVerdict, Worth } from "../../verdict/verdict.ts";
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

/** The verdict on a model and what to do next, in lines. `hint`: what a command needs to find the study's database. */
export function verdictText(verdict: StudyVerdict, colors: Colors, hint: string): string {
  return [
    judgementText(verdict, `trial ${verdict.trial}`, colors),
    ...verdict.steps.map((step) => `  next: ${sentenceOf(step, hint)}`),
  ].join("\n");
}

function sentenceOf({ sentence, command }: NextStep, hint: string): string {
  return command === undefined ? sentence : sentence.replace(command, () => `${command}${hint}`);
}
