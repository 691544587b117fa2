import { ServerErrors } from '../../errors.ts';

export interface StreamLimits {
  /** The most at one time. */
  readonly limit: number;
  /** The most of one address. */
  readonly limitPerAddress: number;
}

/** Counts event streams from their beginning to their end. */
export interface Streams {
  /** Answers with what ends it; a second time does nothing. @throws ServerErrors.STREAMS_FULL, STREAMS_OF_ADDRESS */
  open(address: string): () => void;
}

export function createStreams({ limit, limitPerAddress }: StreamLimits): Streams {
  const ofAddress = new Map<string, number>();
  let all = 0;
  return {
    open(address) {
      const before = ofAddress.get(address) ?? 0;
      if (all >= limit) throw new ServerErrors.STREAMS_FULL({ limit });
      if (before >= limitPerAddress) throw new ServerErrors.STREAMS_OF_ADDRESS({ limit: limitPerAddress });
      all += 1;
      ofAddress.set(address, before + 1);
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        all -= 1;
        const left = (ofAddress.get(address) ?? 0) - 1;
        if (left === 0) ofAddress.delete(address);
        else ofAddress.set(address, left);
      };
    },
  };
}
