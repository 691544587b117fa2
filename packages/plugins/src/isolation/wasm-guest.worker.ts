// The program inside of QuickJS: it serves the host by texts. The host has put its functions into the realm; they are taken
// away before any code of a plugin runs.
import { decodeText, encodeText } from './codec.ts';
import { tooLarge } from './guest-errors.ts';
import { startGuest } from './guest.ts';
import { defineGlobals, defineTimers, type WasmHost } from './wasm-globals.ts';

const place = globalThis as unknown as { seaworthyHost?: WasmHost };
const host = place.seaworthyHost;
delete place.seaworthyHost;

if (host) {
  const { longest } = host;
  const fire = defineTimers(host);
  defineGlobals((level, text) => guest.tell('print', [level, text]));
  const guest = startGuest({
    send(message) {
      const text = encodeText(message);
      if (text.length > longest) throw tooLarge(text.length, longest);
      host.send(text);
    },
    load: async ({ entry }) => (await import(entry)) as object,
  });
  host.serve((text) => guest.receive(decodeText(text)), fire);
}
