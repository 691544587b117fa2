import { apiVersion } from '../manifest.ts';

export interface Template {
  readonly name: string;
  readonly description: string;
  readonly isTypeScript: boolean;
}

/** The files of a new plugin by their path. */
export function filesOf(template: Template): ReadonlyMap<string, string> {
  const { isTypeScript } = template;
  return new Map([
    ['package.json', `${JSON.stringify(packageOf(template), undefined, 2)}\n`],
    ['README.md', readme(template)],
    ['.gitignore', isTypeScript ? 'node_modules\ndist\n' : 'node_modules\n'],
    isTypeScript ? ['src/index.ts', typeScript(template)] : ['src/index.js', javaScript(template)],
    isTypeScript ? ['test/plugin.test.ts', test(template)] : ['test/plugin.test.js', test(template)],
    ...(isTypeScript ? ([['tsconfig.json', tsconfig]] as const) : []),
  ]);
}

/** The part of a name behind the scope: what its commands begin with. */
function shortName({ name }: Template): string {
  return name.slice(name.indexOf('/') + 1);
}

function commandOf(template: Template): string {
  return `${shortName(template)}.greet`;
}

function packageOf(template: Template): object {
  const { name, description, isTypeScript } = template;
  const command = commandOf(template);
  return {
    name,
    version: '0.1.0',
    description,
    license: 'MIT',
    type: 'module',
    files: isTypeScript ? ['dist'] : ['src'],
    engines: { node: '>=22.18' },
    scripts: isTypeScript
      ? { build: 'tsc', pretest: 'tsc', test: 'node --test "test/*.test.ts"', prepack: 'tsc' }
      : { test: 'node --test "test/*.test.js"' },
    peerDependencies: { '@seaworthy/plugins': `^${apiVersion}` },
    devDependencies: {
      '@seaworthy/plugins': `^${apiVersion}`,
      'quickjs-emscripten': '^0.32.0',
      ...(isTypeScript && { '@types/node': '^22.18.0', typescript: '^5.9.0' }),
    },
    seaworthy: {
      api: `^${apiVersion}`,
      entry: isTypeScript ? './dist/index.js' : './src/index.js',
      activation: [`command:${command}`],
      contributes: {
        commands: [{ id: command, title: 'Greets somebody' }],
        config: {
          type: 'object',
          properties: { greeting: { type: 'string' } },
          required: ['greeting'],
        },
      },
      permissions: {},
      stateVersion: 1,
    },
  };
}

function typeScript(template: Template): string {
  return `import { definePlugin } from '@seaworthy/plugins';

/** What \`contributes.config\` in package.json describes. */
export interface Config {
  readonly greeting: string;
}

export default definePlugin<Config>({
  onInit(ctx) {
    ctx.command({
      id: '${commandOf(template)}',
      title: 'Greets somebody',
      run: async (name) => {
        const times = Number((await ctx.state.get('times')) ?? 0) + 1;
        await ctx.state.set('times', times);
        return \`\${ctx.config.greeting}, \${String(name)}! (\${times})\`;
      },
    });
  },
});
`;
}

function javaScript(template: Template): string {
  return `import { definePlugin } from '@seaworthy/plugins';

export default definePlugin({
  onInit(ctx) {
    ctx.command({
      id: '${commandOf(template)}',
      title: 'Greets somebody',
      run: async (name) => {
        const times = Number((await ctx.state.get('times')) ?? 0) + 1;
        await ctx.state.set('times', times);
        return \`\${ctx.config.greeting}, \${String(name)}! (\${times})\`;
      },
    });
  },
});
`;
}

function test(template: Template): string {
  const command = commandOf(template);
  return `import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { onEachTier } from '@seaworthy/plugins/testing';

const folder = dirname(import.meta.dirname);
const config = { greeting: 'Hello' };

test('greets and counts, in every tier, and leaves nothing behind', async () => {
  const check = async (it${template.isTypeScript ? ': PluginUnderTest' : ''}) => {
    assert.equal(await it.run('${command}', 'Ada'), 'Hello, Ada! (1)');
    assert.equal(await it.run('${command}', 'Bob'), 'Hello, Bob! (2)');
    assert.deepEqual(await it.kept(), { version: 1, values: { times: 2 } });
  };
  await onEachTier(folder, check, { config });
});
`.replace(
    "import { onEachTier } from '@seaworthy/plugins/testing';",
    `import { onEachTier${template.isTypeScript ? ', type PluginUnderTest' : ''} } from '@seaworthy/plugins/testing';`,
  );
}

const tsconfig = `{
  "compilerOptions": {
    "target": "es2024",
    "module": "nodenext",
    "lib": ["es2024", "esnext.disposable"],
    "types": ["node"],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "exactOptionalPropertyTypes": true,
    "skipLibCheck": true,
    "declaration": true,
    "rootDir": "src",
    "outDir": "dist"
  },
  "include": ["src"]
}
`;

function readme(template: Template): string {
  const { name, description, isTypeScript } = template;
  return `# ${name}

${description}

\`\`\`sh
npm install
npm test${isTypeScript ? '         # builds it, and runs it in every tier' : '         # runs it in every tier'}
\`\`\`

- \`package.json\`, \`"seaworthy"\`: what it is activated by, what it adds, what it may do, and the version of what it keeps.
- \`src/index.${isTypeScript ? 'ts' : 'js'}\`: its hooks. What it registers with \`ctx\` is undone when it stops.
- \`test/\`: starts it with \`@seaworthy/plugins/testing\`, in process and in the other tiers, and looks for what it leaves behind.

Give \`ctx\` plain data, await what you ask for, and bundle what you import: then it runs in every tier.
`;
}
