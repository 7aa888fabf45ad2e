// Records whole trials of ten epochs, one transaction a write, until it is asked to stop through the database or
// has done them all. Says so after each trial that is on disk: writer.ts <database> <study> <first trial> <trials>
import { openStore } from "../../../storage/sqlite/open.ts";
import { StudyExists } from "../../../storage/store.ts";
import { newStudy, wholeTrial } from "../../support/study-writes.ts";

const [file = "", name = "", first = "0", trials = "0"] = process.argv.slice(2);
const store = openStore(file);
try {
  store.createStudy(newStudy({ name }));
} catch (error) {
  if (!(error instanceof StudyExists)) throw error;
}
const { id } = store.findStudy(name)!;
console.log("ready");
const end = Number(first) + Number(trials);
for (let trial = Number(first); trial < end && store.stopRequests(id, 0).length === 0; trial++) {
  const values = Array.from({ length: 10 }, (_, epoch) => 1 / (1 + trial + epoch));
  for (const write of wholeTrial(trial, values)) store.record(id, [write], "process");
  console.log(`trial ${trial}`);
}
store.setStudyState(id, "complete", null, 9);
store.close();
console.log("done");
