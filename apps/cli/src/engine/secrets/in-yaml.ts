import type { Document, Node, YAMLMap } from 'yaml';
import { loadYaml } from '../../project/parse/load-yaml.ts';
import { isSecretName, isStandIn } from '../../rules/syntax/secrets.ts';
import { secretsInText, type Span } from './in-text.ts';

/** Where a YAML document holds secrets: a Kubernetes Secret, and values of names that say "secret". */
export function secretsInYaml(document: Document.Parsed): readonly Span[] {
  const { visit } = loadYaml();
  const found: Span[] = [];
  visit(document, {
    Map(_key, map) {
      if (map.get('kind') === 'Secret') {
        found.push(...spanOf(map));
        return visit.SKIP;
      }
      found.push(...namedSecrets(map));
      return undefined;
    },
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'string' && secretsInText(scalar.value).length > 0) found.push(...spanOf(scalar));
    },
  });
  return found;
}

/** `DB_PASSWORD: value`, or `name: DB_PASSWORD` beside `value: value`. */
function namedSecrets(map: YAMLMap): readonly Span[] {
  const { isScalar } = loadYaml();
  const entry = map.get('name');
  return map.items.flatMap(({ key, value }) => {
    const written = isScalar(key) ? String(key.value) : '';
    const name = written === 'value' && typeof entry === 'string' ? entry : written;
    return isSecretName(name) && isScalar(value) && !isStandIn(String(value.value)) ? spanOf(value) : [];
  });
}

function spanOf({ range }: Pick<Node, 'range'>): readonly Span[] {
  return range ? [{ start: range[0], end: range[1] }] : [];
}
