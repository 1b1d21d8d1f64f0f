/**
 * Conditions of an A/B test: each audience within each scope, audiences first. `within` lays the audience over a copy of
 * the scope.
 */
export function crossMatch<Scope, Audience, Both>(
  audiences: readonly Audience[],
  scopes: readonly Scope[],
  within: (audience: Audience, scope: Scope) => Both,
): readonly Both[] {
  return audiences.flatMap((audience) => scopes.map((scope) => within(audience, scope)));
}
