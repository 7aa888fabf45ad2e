import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { networkMount } from "../../storage/sqlite/mounts.ts";
import { checkPlace } from "../../storage/sqlite/preflight.ts";

const MOUNTS = `proc /proc proc rw,relatime 0 0
/dev/vda1 / ext4 rw,relatime 0 0
nas:/export/home /home nfs4 rw,vers=4.2,addr=10.0.0.9 0 0
/dev/nvme0n1p1 /home/local xfs rw 0 0
//files/share /mnt/Our\\040Share cifs rw 0 0
user@lab7:/data /home/local/remote fuse.sshfs rw 0 0
tmpfs /tmp tmpfs rw 0 0
10.0.0.1@tcp:/scratch /scratch lustre rw,flock 0 0
nas:/old /srv nfs rw 0 0
/dev/vdb1 /srv ext4 rw 0 0
`;

describe("the file system below a database", () => {
  test.each([
    ["/home/ann/sweeps", "nfs4", "/home"],
    ["/home", "nfs4", "/home"],
    ["/mnt/Our Share/sweeps", "cifs", "/mnt/Our Share"],
    ["/home/local/remote/x", "fuse.sshfs", "/home/local/remote"],
    ["/scratch/ann", "lustre", "/scratch"],
  ])("%s is on the network (%s)", (folder, type, point) => {
    expect(networkMount(MOUNTS, folder)).toEqual({ type, point });
  });

  test.each([
    "/",
    "/root",
    "/homework",
    "/home/local/sweeps",
    "/home/local",
    "/tmp/x",
    "/srv/sweeps",
    "/mnt",
  ])("%s is on a disk of this machine", (folder) => {
    expect(networkMount(MOUNTS, folder)).toBeNull();
  });

  test("nothing is known where there is no list of mounts", () => {
    expect(networkMount("", "/home/ann")).toBeNull();
  });

  test("a database on a network file system is refused with the way out", () => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "seqtune-mounts-")));
    const file = path.join(folder, "studies.db");
    const mounts = `nas:/home ${folder} nfs4 rw 0 0\n`;
    expect(() => {
      checkPlace(file, false, false, mounts);
    }).toThrow(
      expect.objectContaining({
        kind: "network_folder",
        message: expect.stringMatching(
          /network file system \(nfs4 at .*choose a --db on a disk of this machine/,
        ),
      }),
    );
    rmSync(folder, { recursive: true });
  });
});
