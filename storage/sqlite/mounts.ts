import { readFileSync } from "node:fs";

/** A mount of Linux: where, and the type of its file system. */
export interface Mount {
  readonly point: string;
  readonly type: string;
}

/** File systems that other machines share. Readers and writers of a WAL must share memory, so they will not do. */
const NETWORK_TYPES: readonly RegExp[] = [
  /^nfs\d?$/,
  /^(cifs|smb\d?|smbfs)$/,
  /^(afs|coda|ncpfs|davfs2?|ceph|lustre|gpfs|beegfs|glusterfs|orangefs|pvfs2)$/,
  /^fuse\.(sshfs|smbnetfs|davfs2?|rclone|s3fs|s3ql|gcsfuse|goofys|mountpoint-s3|glusterfs|ceph|ceph-fuse|cephfs|beegfs|juicefs|moosefs|mfs|nfs|curlftpfs)$/,
];

/**
 * The network mount that holds `folder`, or `null`. `mounts` is the text of /proc/mounts (proc(5), fstab(5)):
 * device, mount point, type, ... separated by spaces, with spaces in names written as \040. `folder` is absolute
 * and free of links.
 */
export function networkMount(mounts: string, folder: string): Mount | null {
  let found: Mount | null = null;
  for (const mount of parseMounts(mounts)) {
    // The longest mount point is the nearest; of two at the same place the later one covers the earlier.
    if (holds(mount.point, folder) && (found === null || mount.point.length >= found.point.length))
      found = mount;
  }
  return found !== null && NETWORK_TYPES.some((type) => type.test(found.type)) ? found : null;
}

/** The text of /proc/mounts; empty where there is none (macOS, Windows). */
export function readMounts(): string {
  try {
    return readFileSync("/proc/self/mounts", "utf8");
  } catch {
    return "";
  }
}

function* parseMounts(text: string): Generator<Mount> {
  for (const line of text.split("\n")) {
    const [, point, type] = line.split(" ");
    if (point !== undefined && type !== undefined) yield { point: unescape(point), type };
  }
}

function unescape(name: string): string {
  return name.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function holds(point: string, folder: string): boolean {
  return point === "/" || folder === point || folder.startsWith(`${point}/`);
}
