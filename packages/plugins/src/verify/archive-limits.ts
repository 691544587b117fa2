/** How much an archive may hold; what goes beyond is refused while it is read. */
export interface ArchiveLimits {
  /** Bytes after decompression, headers included. @default 67108864 */
  readonly maxBytes?: number;
  /** Bytes of one file. @default 33554432 */
  readonly maxFileBytes?: number;
  /** Files, folders, and the headers that carry a long path. @default 20000 */
  readonly maxEntries?: number;
  /** Bytes of one path, in UTF-8. @default 512 */
  readonly maxPathBytes?: number;
  /** Folders above a file. @default 32 */
  readonly maxDepth?: number;
}

export type Limits = Required<ArchiveLimits>;

export const defaultLimits: Limits = {
  maxBytes: 64 * 1024 * 1024,
  maxFileBytes: 32 * 1024 * 1024,
  maxEntries: 20_000,
  maxPathBytes: 512,
  maxDepth: 32,
};
