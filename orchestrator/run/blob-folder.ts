/** Where a database keeps its data files, models and checkpoints, named by content. */
export function blobFolderOf(db: string): string {
  return `${db}.files`;
}
