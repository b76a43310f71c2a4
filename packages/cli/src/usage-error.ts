/** A command line or a configuration that cannot be carried out. Ends the command with exit code 2. */
export interface UsageError extends Error {
  readonly name: 'UsageError'
  /** The remedy. */
  readonly hint: string
}

/** Makes the error of a wrong command line. */
export function usageError(message: string, hint: string): UsageError {
  return Object.assign(new Error(message), { name: 'UsageError' as const, hint })
}

export function isUsageError(thrown: unknown): thrown is UsageError {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown && thrown.name === 'UsageError'
}
