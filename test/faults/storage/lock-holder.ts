// Takes the lock of a study and holds it until it is killed: lock-holder.ts <database> <study key>
import { hostname } from "node:os";
import { lockStudy, StudyLocked } from "../../../storage/lock.ts";

const [file = "", key = ""] = process.argv.slice(2);
try {
  lockStudy(file, key, { pid: process.pid, host: hostname() });
  console.log("held");
  setInterval(() => {}, 60_000);
} catch (error) {
  if (!(error instanceof StudyLocked)) throw error;
  console.log("refused");
}
