import { contributionPoint, createPluginHost, definePlugin, inline, service } from '@seaworthy/plugins';

interface Greeter {
  greet(name: string): string;
}

const greeter = service<Greeter>('greeter');
const goodbyes = contributionPoint<string>('goodbyes');

const english = definePlugin({
  onInit(ctx) {
    ctx.provide(greeter, { greet: (name) => `Hello, ${name}!` });
    ctx.contribute(goodbyes, 'Goodbye');
    ctx.defer(() => console.log('english: undone'));
  },
});

const door = definePlugin<{ guest: string }>({
  onInit(ctx) {
    const { greet } = ctx.use(greeter, '^1');
    ctx.command({ id: 'door.open', run: () => greet(ctx.config.guest) });
    ctx.defer(() => console.log('door: undone'));
  },
});

const broken = definePlugin({
  onInit() {
    throw new Error('out of ink');
  },
});

const host = await createPluginHost({
  sources: [
    inline([
      { manifest: { id: 'door', dependencies: { english: '^1' } }, plugin: door, config: { guest: 'Ada' } },
      { manifest: { id: 'english', version: '1.2.0', provides: ['greeter'] }, plugin: english },
      { manifest: { id: 'printer' }, plugin: broken },
      { manifest: { id: 'poster', dependencies: { printer: '*' } }, plugin: definePlugin({}) },
    ]),
  ],
});
try {
  await host.start();
  for (const { id, state, reason } of host.status())
    console.log(reason ? `${id}: ${state}, ${reason}` : `${id}: ${state}`);
  for (const command of host.commands()) console.log(`${command.id}:`, await command.run());
  console.log('goodbyes:', host.contributions(goodbyes));
} finally {
  await host.close();
}
