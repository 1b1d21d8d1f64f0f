import type { Canary } from '../src/api/canary.ts';
import type { JsonObject } from '../src/kube/object.ts';
import type { RouteRequest } from './contract.ts';
import { affinityOf, type StickyCookie } from './cookies.ts';
import { crossMatch } from './cross-match.ts';
import { mirrorFilter, responseHeader, userFilters } from './gatewayapi-filters.ts';
import { everyPath, mapMatches, type RouteMatch } from './gatewayapi-matches.ts';
import { present } from './present.ts';

export type GatewayVersion = 'v1' | 'v1beta1';
export type Rules = { readonly rules: readonly JsonObject[] } | { readonly impossible: string };

/** `spec.rules` of the HTTPRoute, or the condition that has no words there. */
export function routeRules(request: RouteRequest, version: GatewayVersion): Rules {
  const { canary } = request;
  const scopes = mapMatches(canary.service.match);
  if ('impossible' in scopes) return scopes;
  const audiences = audiencesOf(canary);
  if ('impossible' in audiences) return audiences;
  const matches = scopes.matches.length > 0 ? scopes.matches : [{ path: everyPath }];
  const maker = new RuleMaker(request, version, matches);
  return { rules: audiences.matches.length > 0 ? maker.ab(audiences.matches) : maker.split() };
}

/** Only headers and query parameters tell an audience: an entry with neither would send everybody to the canary. */
function audiencesOf({ analysis }: Canary): ReturnType<typeof mapMatches> {
  const blank = analysis.match.findIndex(({ headers, queryParams }) => isBlank(headers) && isBlank(queryParams));
  if (blank >= 0) {
    const fault = 'names no header and no query parameter, so it would choose everybody';
    return { impossible: `Invalid request matching selectors: analysis.match[${blank}] ${fault}` };
  }
  return mapMatches(analysis.match);
}

/** The API ignores all but the first of equivalent names in one list. */
const isSameHeader = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

const isBlank = (map: object | undefined) => Object.keys(map ?? {}).length === 0;

class RuleMaker {
  readonly #request: RouteRequest;
  readonly #version: GatewayVersion;
  readonly #scopes: readonly RouteMatch[];

  constructor(request: RouteRequest, version: GatewayVersion, scopes: readonly RouteMatch[]) {
    this.#request = request;
    this.#version = version;
    this.#scopes = scopes;
  }

  /** The audience is split, all others stay on the primary. */
  ab(audiences: readonly RouteMatch[]): JsonObject[] {
    const { primary, canary } = this.#request.traffic;
    const within = ({ headers, queryParams }: RouteMatch, scope: RouteMatch): RouteMatch => ({
      ...scope,
      ...(headers ? { headers } : {}),
      ...(queryParams ? { queryParams } : {}),
    });
    return [
      this.#rule(crossMatch(audiences, this.#scopes, within), this.#backends(primary, canary), this.#filters()),
      this.#rule(this.#scopes, [this.#backend(this.#service.primaryName, 100)], this.#plainFilters()),
    ];
  }

  /** All requests are split, with rules for those that stick to a side before it. */
  split(): JsonObject[] {
    const { primary, canary } = this.#request.traffic;
    const weighted = this.#rule(this.#scopes, this.#backends(primary, canary), this.#filters());
    const affinity = affinityOf(this.#request);
    switch (affinity.kind) {
      case 'none':
        return [weighted];
      case 'drop':
        return [this.#dropping(affinity.previous), weighted];
      case 'split':
        return this.#sticky(affinity.canary, this.#version === 'v1' ? affinity.primary : undefined);
    }
  }

  #sticky(canary: StickyCookie, primary: StickyCookie | undefined): JsonObject[] {
    const { traffic } = this.#request;
    const [primaryBackend, canaryBackend] = this.#backends(traffic.primary, traffic.canary);
    const setting = (cookie: StickyCookie | undefined) =>
      cookie ? { filters: responseHeader('Set-Cookie', cookie.setCookie) } : {};
    const backends = [
      { ...primaryBackend, ...setting(primary) },
      { ...canaryBackend, ...setting(canary) },
    ];
    const kept = primary && this.#rule(this.#withCookie(primary), this.#backends(100, 0), this.#filters());
    return [
      this.#rule(this.#withCookie(canary), this.#backends(0, 100), this.#plainFilters()),
      ...(kept ? [kept] : []),
      this.#rule(this.#scopes, backends, this.#filters()),
    ];
  }

  /** A rule may hold one filter per type, so the cookie goes into the one that the user asked for, if any. */
  #dropping(previous: StickyCookie): JsonObject {
    const response = this.#service.headers?.response;
    const others = Object.entries(response?.add ?? {}).filter(([name]) => !isSameHeader(name, 'Set-Cookie'));
    const add = { ...Object.fromEntries(others), 'Set-Cookie': previous.setCookie };
    const filters = [...this.#plainFilters({ ...response, add }), ...this.#mirrorFilters()];
    return this.#rule(this.#withCookie(previous), this.#backends(100, 0), filters);
  }

  #withCookie({ regex }: StickyCookie): RouteMatch[] {
    const cookie = { type: 'RegularExpression', name: 'Cookie', value: regex };
    const others = (match: RouteMatch) => (match.headers ?? []).filter(({ name }) => !isSameHeader(name, cookie.name));
    return this.#scopes.map((match) => ({ ...match, headers: [...others(match), cookie] }));
  }

  get #service(): Canary['service'] {
    return this.#request.canary.service;
  }

  #filters(): JsonObject[] {
    return [...this.#plainFilters(), ...this.#mirrorFilters()];
  }

  #plainFilters(response = this.#service.headers?.response): JsonObject[] {
    return userFilters(this.#request.canary, this.#version === 'v1', response);
  }

  #mirrorFilters(): JsonObject[] {
    if (!this.#request.traffic.mirror) return [];
    const { canaryName, port } = this.#service;
    const percent = this.#version === 'v1' ? this.#request.canary.analysis.mirrorWeight || undefined : undefined;
    return [mirrorFilter({ group: '', kind: 'Service', name: canaryName, port }, percent)];
  }

  #backends(primary: number, canary: number): JsonObject[] {
    return [this.#backend(this.#service.primaryName, primary), this.#backend(this.#service.canaryName, canary)];
  }

  #backend(name: string, weight: number): JsonObject {
    return { group: '', kind: 'Service', name, port: this.#service.port, weight };
  }

  #rule(
    matches: readonly RouteMatch[],
    backendRefs: readonly JsonObject[],
    filters: readonly JsonObject[],
  ): JsonObject {
    const { timeout, backendTimeout } = this.#service;
    const timeouts = this.#version === 'v1' ? present({ request: timeout, backendRequest: backendTimeout }) : {};
    return { matches, ...present({ filters }), backendRefs, ...present({ timeouts }) };
  }
}
