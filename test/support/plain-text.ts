/**
 * Before any test: a run whose own output is forced to be colored would have child processes color theirs, and Node warn
 * of it where NO_COLOR is set as well. Tests compare plain text.
 */
delete process.env["FORCE_COLOR"];
