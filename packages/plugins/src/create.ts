export { createPluginProject } from './create/project.ts';
export type { CreatedProject, PluginProjectOptions } from './create/project.ts';
