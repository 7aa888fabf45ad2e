/** With a capital letter, as a sentence begins. */
export function sentenceCase(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Words in which no line ends between a number and its percent sign. */
export function unbroken(words: string): string {
  return words.replaceAll(" %", "\u00a0%");
}
