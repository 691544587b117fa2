import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';
import { parseManifests, type Manifest } from './manifests.ts';
import { findProgram } from './programs.ts';

export const chart: string = join(root, 'deploy/helm/seaworthy-server');

export interface RenderOptions {
  readonly release: string;
  readonly values?: object;
}

/** What renders templates here: helm, or the template engine of Go that kubectl has as well; undefined without both. */
export function findRenderer(): ((options: RenderOptions) => Promise<readonly Manifest[]>) | undefined {
  const [helm, kubectl] = [findProgram('helm'), findProgram('kubectl')];
  if (helm !== undefined) return (options) => withHelm(helm, options);
  return kubectl === undefined ? undefined : (options) => withKubectl(kubectl, options);
}

async function withHelm(helm: string, { release, values = {} }: RenderOptions): Promise<readonly Manifest[]> {
  const { code, stdout, output } = await run(helm, ['template', release, chart, '--values', '-'], {
    input: JSON.stringify(values),
  });
  if (code !== 0) throw new Error(output);
  return parseManifests(stdout);
}

/** kubectl shows a configuration by a template, and the extensions of a configuration hold whatever one puts there. */
async function withKubectl(kubectl: string, { release, values = {} }: RenderOptions): Promise<readonly Manifest[]> {
  const place = mkdtempSync(join(tmpdir(), 'seaworthy-chart-'));
  try {
    const defaults = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'));
    const scope = {
      Values: merge(defaults, values),
      Chart: capitalised(parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))),
      Release: { Name: release, Service: 'Helm' },
    };
    const extensions = [{ name: 'scope', extension: scope }];
    const config = join(place, 'config.json');
    writeFileSync(config, JSON.stringify({ apiVersion: 'v1', kind: 'Config', extensions }));
    const files = readdirSync(join(chart, 'templates')).filter((file) => file.endsWith('.yaml'));
    const rendered = await Promise.all(files.map((file) => renderOne(kubectl, place, config, file)));
    return rendered.flatMap(parseManifests);
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function renderOne(kubectl: string, place: string, config: string, file: string): Promise<string> {
  const read = (name: string) => readFileSync(join(chart, 'templates', name), 'utf8');
  const template = join(place, `${file}.tpl`);
  const scope = '{{ template "of the chart" (index .extensions 0).extension }}';
  writeFileSync(template, `${read('_names.tpl')}{{ define "of the chart" }}${read(file)}{{ end }}${scope}`);
  const args = ['config', 'view', `--kubeconfig=${config}`, '-o', `go-template-file=${template}`];
  const { code, stdout, output } = await run(kubectl, args);
  if (code !== 0) throw new Error(output);
  return stdout;
}

function merge(defaults: Record<string, unknown>, values: object): Record<string, unknown> {
  const merged = { ...defaults };
  for (const [name, value] of Object.entries(values)) {
    const isBranch = typeof value === 'object' && value !== null && !Array.isArray(value);
    merged[name] = isBranch ? merge(Object(defaults[name]), value) : value;
  }
  return merged;
}

function capitalised(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key[0]?.toUpperCase() + key.slice(1), part]));
}
