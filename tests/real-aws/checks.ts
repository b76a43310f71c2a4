/** Checks by their titles. */
type Checks<Access> = Readonly<Record<string, (access: Access) => Promise<void>>>

/** Runs every check, and tells of each as it ends. Returns the number of those that failed. */
export async function runChecks<Access>(
  checks: Checks<Access>,
  tell: (line: string) => void,
  run: (check: (access: Access) => Promise<void>) => Promise<void>,
): Promise<number> {
  let failed = 0
  for (const [title, check] of Object.entries(checks)) {
    const problem = await run(check).then(
      () => undefined,
      (thrown: unknown) => String(thrown),
    )
    if (problem !== undefined) failed += 1
    tell(problem === undefined ? `passed  ${title}` : `FAILED  ${title}: ${problem}`)
  }
  return failed
}
