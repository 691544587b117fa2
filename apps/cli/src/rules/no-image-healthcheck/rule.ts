import type { ProjectView, Rule } from '../contract.ts';
import { dockerfiles, runningImage } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';

export const noImageHealthcheck: Rule = {
  id: 'SEA-R110',
  title: 'nothing checks the container',
  category: 'deployment',
  severity: 'info',
  version: 1,
  why: 'Docker and Compose keep a container that hangs, because its process still exists.',
  fix: 'Add a HEALTHCHECK, or probes in the manifests of the orchestrator.',
  explain: explanation('no-image-healthcheck'),
  check(project) {
    if (project.shape !== 'service' || isCheckedElsewhere(project)) return [];
    return dockerfiles(project).flatMap((file) => {
      const { instructions } = runningImage(file);
      const start = instructions.findLast(({ keyword }) => keyword === 'CMD' || keyword === 'ENTRYPOINT');
      if (!start || instructions.some(({ keyword }) => keyword === 'HEALTHCHECK')) return [];
      return [
        { file: file.path, position: start.position, message: 'There is no HEALTHCHECK, and no manifest has a probe.' },
      ];
    });
  },
};

function isCheckedElsewhere(project: ProjectView): boolean {
  const manifests = project.files('kubernetes', 'compose', 'yaml', 'other');
  return manifests.some(
    ({ isSupport, text }) =>
      !isSupport && /\b(readinessProbe|livenessProbe|healthcheck|health_check|healthCheckPath)\b/.test(text),
  );
}
