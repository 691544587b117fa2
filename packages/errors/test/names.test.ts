import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isParameterName, isProblemName } from '../src/names.ts';
import { partsOf } from '../src/template.ts';

// The rules as regular expressions, which is how one reads them best.
const parameterName = /^[A-Za-z_$][\w$]*$/;
const problemName = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const placeholder = /\{([A-Za-z_$][\w$]*)\}/;

const nearlyName = fc.string({
  unit: fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '_', '$', '-', '@', '[', '`', '{', '/', ':', 'é'),
});
const nearlyTemplate = fc.string({ unit: fc.constantFrom('a', 'B', '1', '{', '}', ' ', '_', '$', 'ü') });

test('a parameter has a name as JavaScript has them, of ASCII letters', () => {
  fc.assert(
    fc.property(nearlyName, (text) => {
      expect(isParameterName(text)).toBe(parameterName.test(text));
    }),
  );
});

test('a problem has words in capitals, joined by single underscores', () => {
  fc.assert(
    fc.property(nearlyName, (text) => {
      expect(isProblemName(text)).toBe(problemName.test(text));
    }),
  );
});

test('a template is split at its placeholders and nowhere else', () => {
  fc.assert(
    fc.property(nearlyTemplate, (text) => {
      expect(partsOf(text)).toEqual(text.split(placeholder));
    }),
  );
});
