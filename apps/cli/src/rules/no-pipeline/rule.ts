import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { manifestFinding } from '../syntax/manifest.ts';

export const noPipeline: Rule = {
  id: 'SEA-R134',
  title: 'no pipeline',
  category: 'quality',
  severity: 'info',
  version: 1,
  why: 'Whether the tests pass depends on whether somebody ran them.',
  fix: 'Add a workflow that installs, checks and tests every change.',
  explain: explanation('no-pipeline'),
  check(project) {
    // Without this file it is an archive or a folder of a larger repository, which has its pipeline elsewhere.
    if (!project.manifest || !project.has('.gitignore')) return [];
    const hasPipeline = project.files('workflow').length > 0 || pipelines.some((path) => project.has(path));
    return hasPipeline ? [] : [manifestFinding(project, 'No workflow or pipeline file is in this repository.')];
  },
};

const pipelines = [
  '.gitlab-ci.yml',
  '.circleci',
  '.travis.yml',
  '.drone.yml',
  '.buildkite',
  '.woodpecker',
  '.woodpecker.yml',
  '.forgejo',
  '.gitea',
  'Jenkinsfile',
  'appveyor.yml',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  'cloudbuild.yaml',
];
