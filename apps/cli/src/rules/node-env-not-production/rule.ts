import type { Rule } from '../contract.ts';
import { dockerfiles, runningImage } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';

export const nodeEnvNotProduction: Rule = {
  id: 'SEA-R056',
  title: 'NODE_ENV is not set in the image',
  category: 'configuration',
  severity: 'info',
  version: 1,
  why: 'Frameworks then run in development mode: slower, and with stacks in their answers.',
  fix: 'Set `ENV NODE_ENV=production` in the last stage.',
  explain: explanation('node-env-not-production'),
  check(project) {
    const settings = project.files('compose', 'kubernetes', 'env', 'package-json', 'yaml');
    if (settings.some(({ isSupport, text }) => !isSupport && text.includes('NODE_ENV'))) return [];
    return dockerfiles(project).flatMap((file) => {
      const { base, instructions } = runningImage(file);
      const isNode = /(^|\/)node(:|@|$)/.test(base);
      const isSet = instructions.some(({ arguments: text }) => text.includes('NODE_ENV'));
      const start = instructions.findLast(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
      if (!isNode || isSet || !start) return [];
      return [
        { file: file.path, position: start.position, message: 'Nothing sets NODE_ENV before this command starts.' },
      ];
    });
  },
};
