// (1) A form of an old page changes nothing: neither what it shows nor what was typed is as old as what is in force.
// (2) Nothing changes between what a form was compared with and its update.
import type { ConfigDocuments } from './docs.ts';
import { ConfigErrors } from './errors.ts';
import { formModel } from './form.ts';
import { formHtml, textOf, type FormEntries } from './form-html.ts';
import { parseForm } from './form-parse.ts';
import { node } from './node.ts';
import type { Runtime } from './runtime.ts';
import type { CompiledShape } from './shape.ts';

/** The form of a loaded configuration. */
export interface LiveForm extends Pick<ConfigDocuments, 'formModel' | 'form' | 'parseForm'> {
  /** The version that a patch of a form was made for. */
  versionFor(patch: object): number | undefined;
}

/** No key is called so: the names of a shape have no dot, and are not empty. */
const markField = '.version';

/** A form that knows which version it shows. */
export function createLiveForm(shape: CompiledShape, runtime: Runtime): LiveForm {
  const versions = new WeakMap<object, number>();
  const model = (): ReturnType<typeof formModel> => formModel(shape, runtime.snapshot().values);
  // The values too: a process that was started again counts from 1 again. Not those of secrets, which could be guessed by it.
  const mark = (): string => {
    const { version } = runtime.status();
    const texts = model().flatMap(({ fields }) => fields.map((field) => [field.key, textOf(field), field.isSet]));
    const digest = node.crypto.createHash('sha256').update(JSON.stringify(texts)).digest('base64url');
    return `${version}-${digest.slice(0, 16)}`;
  };
  const isStale = (entries: FormEntries): boolean => {
    const sent = [...entries].find(([name]) => name === markField);
    return sent !== undefined && sent[1] !== mark();
  };
  return {
    formModel: model,
    form(options = {}) {
      const submitted = [...(options.submitted ?? [])];
      // What an old page had in its fields would be sent again as if it had been typed.
      const given = isStale(submitted) ? [] : submitted;
      const hidden = `<input type="hidden" name="${markField}" value="${mark()}">`;
      return `${hidden}\n${formHtml(model(), { ...options, submitted: given })}`;
    },
    parseForm(entries) {
      const sent = [...entries];
      const { version } = runtime.status();
      if (isStale(sent)) throw new ConfigErrors.STALE({ version });
      const patch = parseForm(shape, sent, runtime.snapshot().values);
      versions.set(patch, version);
      return patch;
    },
    versionFor: (patch) => versions.get(patch),
  };
}
