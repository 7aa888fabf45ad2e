import type { Domain, Parameter } from "../../search/space.ts";
import { paramText } from "./numbers.ts";

/** What a parameter may be, for people: `0.0005 to 0.02, log`, `adam, rmsprop`. */
export function domainText(domain: Domain): string {
  switch (domain.kind) {
    case "constant":
      return `${paramText(domain.value)}, fixed`;
    case "categorical":
      return domain.values.map(paramText).join(", ");
    case "float":
    case "int": {
      const { min, max, scale, step, normal } = domain;
      const steps = step === undefined || step === 1 ? "" : `, in steps of ${paramText(step)}`;
      const drawn = normal === undefined ? "" : ", drawn from a normal distribution";
      return `${paramText(min)} to ${paramText(max)}${steps}${scale === "log" ? ", log" : ""}${drawn}`;
    }
    default:
      return domain satisfies never;
  }
}

/** `only with optimizer momentum`; empty for a parameter that is always active. */
export function conditionText({ when }: Parameter): string {
  const parts = when.map((one) => `${one.param} ${one.in.map(paramText).join(" or ")}`);
  return parts.length === 0 ? "" : `only with ${parts.join(" and ")}`;
}
