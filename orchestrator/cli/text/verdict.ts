import type { Verdict, Worth } from "../../verdict/verdict.ts";
import type { Colors } from "../io.ts";

const styles: Readonly<Record<Worth, keyof Pick<Colors, "green" | "yellow" | "red">>> = {
  best: "green",
  level: "yellow",
  beaten: "yellow",
  useless: "red",
};

/** The verdict on a model and what to do next, in lines. */
export function verdictText({ worth, trial, sentence, steps }: Verdict, colors: Colors): string {
  return [
    `${colors.bold("verdict")}  trial ${trial} is ${colors[styles[worth]](sentence)}`,
    ...steps.map((step) => `  next: ${step.sentence}`),
  ].join("\n");
}
