const firstBytes = 4_096;

/** Bytes in one place, however small the pieces are that they arrive in. */
export class GrowingBytes {
  #space = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#space.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(firstBytes, needed, this.#space.length * 2));
      larger.set(this.#space.subarray(0, this.#length));
      this.#space = larger;
    }
    this.#space.set(piece, this.#length);
    this.#length = needed;
  }

  /** All of it; it is empty afterwards. */
  take(): Buffer {
    const taken = this.#space.subarray(0, this.#length);
    this.#space = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }
}
