import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { compiledPackages } from './compiled-packages.js'

const run = promisify(execFile)

/** The output of a process. */
interface Output {
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a program of the tests of a package in a process of its own, as `compile.ts` compiled it. `test` is the URL of the test
 * file. The process has no variable of the environment but PATH and those given. Rejects if it fails.
 */
export function runCompiled(
  test: string,
  program: string,
  parameters: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Output> {
  const folder = new URL('..', test)
  const script = fileURLToPath(new URL(`compiled/programs/${program}.js`, folder))
  return run(process.execPath, [compiledPackages, script, ...parameters], {
    cwd: fileURLToPath(folder),
    env: { PATH: process.env['PATH'], ...environment },
    maxBuffer: 256 * 1024 * 1024,
  })
}
