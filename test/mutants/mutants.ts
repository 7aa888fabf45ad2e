import { dataMutants } from "./data-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { otherMutants } from "./other-mutants.ts";
import { searchMutants } from "./search-mutants.ts";

/** Bugs over all rooms, each of a kind that has been made, or nearly made, here or elsewhere. */
export const mutants: readonly Mutant[] = [...searchMutants, ...dataMutants, ...otherMutants];
