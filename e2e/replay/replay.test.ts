import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compare, type Deviation } from './compare.ts';
import { loadScenario, scenarioIds } from './scenario.ts';
import { replay } from './stage.ts';

const deviations = parse(readFileSync(new URL('../deviations.yaml', import.meta.url), 'utf8')) as Deviation[];

describe('recorded releases replay to the same status, objects, queries, payloads and events', () => {
  it.concurrent.each(scenarioIds())('%s', async (id) => {
    const scenario = loadScenario(id);
    const differences = compare(scenario, await replay(scenario), deviations);
    expect(differences, scenario.title).toEqual([]);
  });
});
