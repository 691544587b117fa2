import { typed } from './typed.ts';

/** What is called with the details of an event. */
type Handler = (details?: object) => unknown;
/** Any handler of the SDK's: what it takes is the SDK's business. */
type AnyHandler = (details?: never) => unknown;

/** The events of a provider, in the shape of OpenFeature's emitter. A handler that fails reaches nobody else. */
export class ProviderEvents {
  readonly #handlers: Map<string, Handler[]> = new Map();

  emit(type: string, details?: object): void {
    for (const handler of this.getHandlers(type)) void this.#call(handler, details);
  }

  addHandler(type: string, handler: AnyHandler): void {
    this.#handlers.set(type, [...this.getHandlers(type), typed<Handler>(handler)]);
  }

  removeHandler(type: string, handler: AnyHandler): void {
    this.#handlers.set(
      type,
      this.getHandlers(type).filter((known) => known !== handler),
    );
  }

  removeAllHandlers(type?: string): void {
    if (type === undefined) this.#handlers.clear();
    else this.#handlers.delete(type);
  }

  getHandlers(type: string): Handler[] {
    return [...(this.#handlers.get(type) ?? [])];
  }

  /** Nothing is logged here: what fails belongs to whoever registered it. */
  setLogger(_logger: unknown): this {
    return this;
  }

  async #call(handler: Handler, details: object | undefined): Promise<void> {
    try {
      await handler(details);
    } catch {
      // The SDK wraps its own handlers and logs them.
    }
  }
}
