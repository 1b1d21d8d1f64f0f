import { expect, test } from 'vitest';
import { globalDestination } from './global-destination.ts';

const nothing = {
  slackUrl: '',
  slackToken: '',
  slackProxyUrl: '',
  slackUser: 'flagger',
  slackChannel: '',
  msteamsUrl: '',
  msteamsProxyUrl: '',
};
const withSlack = { ...nothing, slackUrl: 'https://slack', slackChannel: 'releases' };
const slackSpec = {
  type: 'slack',
  address: 'https://slack',
  channel: 'releases',
  username: 'flagger',
  proxy: undefined,
  token: undefined,
};
const teamsSpec = {
  type: 'msteams',
  address: 'https://teams',
  channel: '',
  username: '',
  proxy: undefined,
  token: undefined,
};

test.each([
  { name: 'nothing', options: nothing, result: undefined },
  { name: 'Slack', options: withSlack, result: slackSpec },
  {
    name: 'Slack with token and proxy',
    options: { ...withSlack, slackToken: 'tok', slackProxyUrl: 'http://proxy' },
    result: { ...slackSpec, token: 'tok', proxy: 'http://proxy' },
  },
  {
    name: 'Slack without a channel',
    options: { ...withSlack, slackChannel: '' },
    result: { ...slackSpec, channel: 'general' },
  },
  {
    name: 'Teams',
    options: { ...nothing, msteamsUrl: 'https://teams' },
    result: teamsSpec,
  },
  {
    name: 'Teams and Slack',
    options: { ...withSlack, msteamsUrl: 'https://teams', msteamsProxyUrl: 'http://proxy' },
    result: { ...teamsSpec, proxy: 'http://proxy' },
  },
])('$name in the flags', ({ options, result }) => {
  expect(globalDestination(options)).toEqual(result);
});
