import { ServerErrors } from './errors.ts';

/** A place for something that a later step of the start makes: read before that, it says so instead of being undefined. */
export interface Slot<T> {
  readonly value: T;
  fill(value: T): T;
}

export function slot<T>(name: string): Slot<T> {
  let content: { readonly value: T } | undefined;
  return {
    get value() {
      if (content === undefined) throw new ServerErrors.NOT_STARTED({ name });
      return content.value;
    },
    fill(value) {
      content = { value };
      return value;
    },
  };
}
