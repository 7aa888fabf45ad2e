export type Disguise = "commas" | "unit";

const commas = /^[+-]?[\d.' ]*,[\d.,' ]*\d$/;
const amount = String.raw`[+-]?\d+(?:[.,' ]\d{3})*(?:[.,]\d+)?`;
const unit = new RegExp(
  String.raw`^(?:${amount}\s*(?:[%‰€$£¥]|°\s?[CFK]?)|[+-]?[€$£¥]\s*${amount}|[+-]?\d+[.,]\d+[a-zµ][\w/²³]*|${amount}\s+[a-zµ][\w/²³%°]*)$`,
  "i",
);

/** Texts that people mean as numbers: 100,26 or 1,234.5, and 12 % or 3.5 kW. */
export function disguiseOf(text: string): Disguise | undefined {
  if (commas.test(text)) return "commas";
  return unit.test(text) ? "unit" : undefined;
}

export const unmasking: Readonly<Record<Disguise, string>> = {
  commas:
    "write numbers with a decimal point and nothing between thousands, or set `decimal` or `thousands` in `data`",
  unit: "write the number alone, without its unit, or name the unit in `strip`",
};
