import { type DestinationSpec, type Notifier, NotifyError } from './contract.ts';
import { discord } from './discord.ts';
import type { NotifierFactory, NotifierTools } from './factory.ts';
import { gchat } from './gchat.ts';
import { msteams } from './msteams.ts';
import { rocket } from './rocket.ts';
import { slack } from './slack.ts';

/** Values of `spec.type` of an AlertProvider. */
const factories: ReadonlyMap<string, NotifierFactory> = new Map([
  ['slack', slack],
  ['msteams', msteams],
  ['discord', discord],
  ['rocket', rocket],
  ['gchat', gchat],
]);

/** Sends nothing: what an empty address stands for (Flagger compatibility). */
const silent: Notifier = { send: async () => undefined };

/** Throws a `NotifyError` when the type isn't known or the address can't work. */
export function notifier(spec: DestinationSpec, tools: NotifierTools): Notifier {
  const factory = factories.get(spec.type);
  if (!factory) throw new NotifyError(`provider ${spec.type} not supported`);
  return spec.address === '' ? silent : factory(spec, tools);
}
