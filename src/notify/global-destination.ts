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

/** Where Slack posts that is told no channel; as for an AlertProvider. */
const DEFAULT_CHANNEL = 'general';

/**
 * `undefined` when no alerts were asked for. Teams wins when both are set (Flagger compatibility). Slack's channel is `general` by
 * default; Teams has none.
 */
export function globalDestination(options: GlobalDestinationOptions): DestinationSpec | undefined {
  const proxyOf = (url: string) => (url === '' ? undefined : url);
  if (options.msteamsUrl !== '') {
    const proxy = proxyOf(options.msteamsProxyUrl);
    return { type: 'msteams', address: options.msteamsUrl, channel: '', username: '', proxy, token: undefined };
  }
  if (options.slackUrl === '') return undefined;
  return {
    type: 'slack',
    address: options.slackUrl,
    channel: options.slackChannel || DEFAULT_CHANNEL,
    username: options.slackUser,
    proxy: proxyOf(options.slackProxyUrl),
    token: options.slackToken === '' ? undefined : options.slackToken,
  };
}
