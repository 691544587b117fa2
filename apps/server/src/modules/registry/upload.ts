import { ServerErrors } from '../../errors.ts';
import { readArchive, type ArchiveContents } from './archive.ts';
import { base64Pieces } from './base64.ts';
import type { Blobs } from './blobs.ts';
import type { BlobDraft, Digests } from './draft.ts';
import { DocumentSplitter } from './splitter.ts';

export interface UploadLimits {
  /** Of the document without the archive, in bytes. */
  readonly documentBytes: number;
  readonly archiveBytes: number;
}

/** An archive that has arrived and was looked through. Its draft is to be kept or discarded. */
export interface ReceivedArchive {
  readonly fileName: string;
  readonly draft: BlobDraft;
  readonly digests: Digests;
  readonly contents: ArchiveContents;
}

export interface Upload {
  /** What came beside the archive. */
  readonly document: Readonly<Record<string, unknown>>;
  /** Undefined when only metadata came. */
  readonly archive: ReceivedArchive | undefined;
}

/** Receives a body of `PUT /<package>`; an archive goes to the disk while it arrives, unless `beforeArchive` refuses it. */
export async function receiveUpload(
  body: AsyncIterable<Buffer>,
  blobs: Pick<Blobs, 'create'>,
  limits: UploadLimits,
  beforeArchive: () => Promise<void>,
): Promise<Upload> {
  let fileName: string | undefined;
  let draft: BlobDraft | undefined;
  const splitter = new DocumentSplitter(limits.documentBytes, (name) => {
    if (fileName !== undefined) throw new ServerErrors.PUBLISH_REFUSED({ reason: 'it has more than one attachment' });
    fileName = name;
    return base64Pieces();
  });
  try {
    for await (const chunk of body) {
      for (const piece of splitter.push(chunk)) {
        if (draft === undefined) await beforeArchive();
        draft ??= await blobs.create();
        await writeUpTo(draft, piece, limits.archiveBytes);
      }
    }
    const document = splitter.end();
    if (fileName === undefined || draft === undefined) return { document, archive: undefined };
    await draft.end();
    const contents = await readArchive(draft.read());
    return { document, archive: { fileName, draft, digests: draft.digests(), contents } };
  } catch (error) {
    await draft?.discard();
    throw error;
  }
}

async function writeUpTo(draft: BlobDraft, piece: Uint8Array, limitBytes: number): Promise<void> {
  await draft.write(piece);
  if (draft.bytes > limitBytes) throw new ServerErrors.ARCHIVE_TOO_LARGE({ limitBytes });
}
