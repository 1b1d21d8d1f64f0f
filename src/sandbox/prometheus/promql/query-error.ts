/** `bad_data`: the query itself is wrong. `execution`: it can't be answered over the series that are there. */
export type QueryErrorType = 'bad_data' | 'execution';

/** A query without an answer. The message is for the one who wrote the query. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly errorType: QueryErrorType;

  constructor(errorType: QueryErrorType, message: string) {
    super(message);
    this.errorType = errorType;
  }
}

/** An error at a place in the text of a query, shown as line and column from 1. */
export function parseError(query: string, offset: number, problem: string): QueryError {
  const before = query.slice(0, offset).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  return new QueryError('bad_data', `${before.length}:${column}: parse error: ${problem}`);
}

/** The query is well formed, but these series can't be combined so. */
export function executionError(problem: string): QueryError {
  return new QueryError('execution', problem);
}
