import type { DestinationSpec } from './contract.ts';

/** Flags and variables about the receiver of alerts of canaries that name none. Empty means not set. */
export interface GlobalDestinationOptions {
  readonly slackUrl: string;
  readonly slackToken: string;
  readonly slackProxyUrl: string;
  readonly slackUser: string;
  readonly slackChannel: string;
  readonly msteamsUrl: string;
  readonly msteamsProxyUrl: string;
}

/** `disabled`: alerts were asked for but can't be sent, and why. `none`: they weren't asked for. */
export type GlobalDestination =
  | { readonly kind: 'destination'; readonly spec: DestinationSpec }
  | { readonly kind: 'disabled'; readonly why: string }
  | { readonly kind: 'none' };

/** Teams wins when both are set; Slack needs a channel (Flagger compatibility). */
export function globalDestination(options: GlobalDestinationOptions): GlobalDestination {
  const proxyOf = (url: string) => (url === '' ? undefined : url);
  if (options.msteamsUrl !== '') {
    const proxy = proxyOf(options.msteamsProxyUrl);
    const spec = { type: 'msteams', address: options.msteamsUrl, channel: '', username: '', proxy, token: undefined };
    return { kind: 'destination', spec };
  }
  if (options.slackUrl === '') return { kind: 'none' };
  if (options.slackChannel === '') return { kind: 'disabled', why: 'Notifier empty Slack channel' };
  const spec = {
    type: 'slack',
    address: options.slackUrl,
    channel: options.slackChannel,
    username: options.slackUser,
    proxy: proxyOf(options.slackProxyUrl),
    token: options.slackToken === '' ? undefined : options.slackToken,
  };
  return { kind: 'destination', spec };
}
