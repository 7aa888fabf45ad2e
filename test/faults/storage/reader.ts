// Reads a study as the command line does, opening the database again each time, until the study is complete, and
// says what it saw that may not be: reader.ts <database> <study>
import { openStore } from "../../../storage/sqlite/open.ts";

const [file = "", name = ""] = process.argv.slice(2);
for (let complete = false, reads = 1; !complete; reads++) {
  const store = openStore(file, { readonly: true });
  const study = store.findStudy(name)!;
  const trials = store.trials(study.id, { order: "rank" });
  const halfSeen = trials.filter((trial) => trial.state === "complete" && trial.epochsDone !== 10);
  if (halfSeen.length > 0) console.log(`wrong: ${JSON.stringify(halfSeen)}`);
  const [summary] = store.studies();
  if (summary!.trials < trials.length) console.log(`wrong: ${summary!.trials} after ${trials.length}`);
  store.close();
  complete = study.state === "complete";
  console.log(`read ${reads}`);
}
