import { crc32 } from "node:zlib";
import type { FileMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";

/**
 * Throws an Error where a page of a Parquet file does not match the CRC-32 in its header (parquet-format, PageHeader.crc). Few writers set
 * it, and hyparquet 1.33.0 does not compare it.
 */
export function requireWholePages(file: ArrayBuffer, { row_groups: groups }: FileMetaData): void {
  for (const { columns } of groups) {
    for (const { meta_data: about } of columns) {
      if (about === undefined) continue;
      const {
        dictionary_page_offset: dictionary,
        data_page_offset: data,
        total_compressed_size: size,
      } = about;
      const start = Number(
        dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data,
      );
      requireWholeChunk(new DataView(file, start, Number(size)));
    }
  }
}

function requireWholeChunk(view: DataView<ArrayBuffer>): void {
  const reader = { view, offset: 0 };
  while (reader.offset < view.byteLength - 1) {
    const { crc, compressed_page_size: size } = parquetHeader(reader);
    const page = new Uint8Array(view.buffer, view.byteOffset + reader.offset, size);
    if (crc !== undefined && crc32(page) !== crc >>> 0) throw new Error("a page does not match its checksum");
    reader.offset += size;
  }
}
