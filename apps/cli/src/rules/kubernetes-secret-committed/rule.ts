import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { resources } from '../syntax/kubernetes.ts';
import { isStandIn } from '../syntax/secrets.ts';
import { asMapping, asText } from '../syntax/values.ts';
import { locate } from '../syntax/yaml.ts';

export const kubernetesSecretCommitted: Rule = {
  id: 'SEA-R057',
  title: 'Kubernetes Secret with values committed',
  category: 'configuration',
  severity: 'error',
  version: 1,
  why: 'Base64 hides nothing: everyone who can read the repository can read the secret.',
  fix: 'Change the secret, and keep only a reference: a sealed or external secret, or one made by hand.',
  explain: explanation('kubernetes-secret-committed'),
  check: (project) =>
    resources(project).flatMap(({ file, document, kind, name, value }) => {
      if (kind !== 'Secret') return [];
      return ['stringData', 'data'].flatMap((section) => {
        const keys = realKeys(asMapping(value[section]), section === 'data');
        if (keys.length === 0) return [];
        const message = `The Secret \`${name}\` holds values for ${keys.map((key) => `\`${key}\``).join(', ')}.`;
        return [{ file: file.path, position: locate(file, document, [section]), message, sensitive: true }];
      });
    }),
};

function realKeys(values: Readonly<Record<string, unknown>>, isBase64: boolean): readonly string[] {
  return Object.keys(values).filter((key) => {
    const text = asText(values[key]);
    return !isStandIn(text) && !isStandIn(isBase64 ? Buffer.from(text, 'base64').toString() : text);
  });
}
