import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor';
import { entryPoints, readManifest } from '../repository/projects.ts';

/** What the public types of a package look like, as the text of its api.md: one section for each entry of the exports map. */
export function apiReport(root: string, folder: string): string {
  const project = join(root, folder);
  const manifest = readManifest(project);
  const sections = [...entryPoints(manifest, 'types')].map(([subpath, types]) => {
    const specifier = manifest.name + subpath.slice(1);
    return `## \`${specifier}\`\n\n${extract(root, project, types, specifier)}`;
  });
  return [
    `# The API of \`${manifest.name}\`\n`,
    'Written by `npm run api`. A change here is a change to what users may rely on.\n',
    ...sections,
  ].join('\n');
}

/** The declarations one entry exports, as a fenced block. */
function extract(root: string, project: string, types: string, specifier: string): string {
  const base = join(root, 'api-extractor.base.json');
  const name = specifier.replaceAll(/[^a-z0-9]+/g, '-').replace(/^-/, '');
  const loaded = ExtractorConfig.loadFile(base);
  const settings = ExtractorConfig.prepare({
    configObject: {
      ...loaded,
      projectFolder: project,
      mainEntryPointFilePath: join(project, types),
      compiler: { ...loaded.compiler, overrideTsconfig: compilerOptions() },
      apiReport: { enabled: true, ...loaded.apiReport, reportFileName: name },
    },
    configObjectFullPath: join(project, 'api-extractor.json'),
    packageJsonFullPath: join(project, 'package.json'),
  });
  const errors: string[] = [];
  const { succeeded } = Extractor.invoke(settings, { localBuild: true, messageCallback: collect(errors) });
  if (!succeeded) throw new Error(`The types of ${specifier} could not be read.\n${errors.join('\n')}`);
  const report = readFileSync(settings.reportFilePath, 'utf8');
  return report.slice(report.indexOf('```ts'));
}

// The extractor reads what users get: built declarations, not the sources that our own condition points to.
function compilerOptions(): object {
  return {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
    },
  };
}

function collect(errors: string[]): (message: ExtractorMessage) => void {
  return (message) => {
    if (message.logLevel === ExtractorLogLevel.Error) errors.push(message.formatMessageWithLocation(undefined));
    message.handled = true;
  };
}
