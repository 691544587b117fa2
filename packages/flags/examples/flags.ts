import { createFlags, env, memory } from '@seaworthy/flags';

const document = {
  $evaluators: { isStaff: { ends_with: [{ var: 'email' }, '@example.com'] } },
  flags: {
    'new-ui': {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'off',
      targeting: {
        if: [
          { $ref: 'isStaff' },
          'on',
          {
            fractional: [
              ['on', 20],
              ['off', 80],
            ],
          },
        ],
      },
    },
    color: {
      state: 'ENABLED',
      variants: { warm: 'red', cold: 'blue' },
      defaultVariant: 'warm',
      targeting: { if: [{ sem_ver: [{ var: 'version' }, '>=', '2.0.0'] }, 'cold'] },
    },
    checkout: { state: 'DISABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
  },
} as const;

const source = memory(document);
const flags = await createFlags({ source, schema: document, overrides: env('FLAG_', { FLAG_COLOR: undefined }) });
try {
  console.log('staff sees the new ui:', flags.value('new-ui', { email: 'ada@example.com' }));
  let count = 0;
  for (let id = 0; id < 1000; id += 1) if (flags.value('new-ui', { targetingKey: `user-${id}` })) count += 1;
  console.log('others who see it:', count, 'of 1000');
  console.log('color:', flags.evaluate('color', { version: '2.1.0' }));
  console.log('checkout:', flags.value('checkout', {}, false), flags.evaluate('checkout').reason);

  flags.on('change', ({ version, changed, removed }) =>
    console.log('change to version', version, { changed, removed }),
  );
  const color = flags.handle('color');
  source.set('{ "flags": ');
  await flags.reload().catch((error: { readonly code: string }) => console.log('refused:', error.code));
  console.log('still:', color.value());
  source.set({ flags: { color: { ...document.flags.color, defaultVariant: 'cold' } } });
  await flags.reload();
  console.log('now:', color.value());
} finally {
  await flags.close();
}
