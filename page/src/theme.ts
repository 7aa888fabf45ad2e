import { computed, effect, signal } from "@preact/signals";
import { dark, light } from "../../orchestrator/views/plots/svg/theme.ts";

type Choice = "system" | "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const systemIsDark = signal(system.matches);
system.addEventListener("change", () => (systemIsDark.value = system.matches));

const kept = localStorage.getItem("seqtune-theme");
const choice = signal<Choice>(kept === "light" || kept === "dark" ? kept : "system");

export const isDark = computed(() =>
  choice.value === "system" ? systemIsDark.value : choice.value === "dark",
);
export const theme = computed(() => (isDark.value ? dark : light));

effect(() => {
  document.documentElement.dataset["theme"] = isDark.value ? "dark" : "light";
});

export function switchTheme(): void {
  choice.value = isDark.value ? "light" : "dark";
  localStorage.setItem("seqtune-theme", choice.value);
}
