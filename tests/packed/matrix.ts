import type { RunChecks } from './checks.js'
import type { Project } from './project.js'

/** One way to run the packed packages. */
export interface Environment {
  readonly name: string
  /** True if continuous integration runs it too. */
  readonly inShortForm?: boolean
  /** The command that the guide shows for it: what is tested is what the guide says. */
  readonly command?: string
  /** The file of the project that the guide shows for it. */
  readonly config?: string
  /** Rejects if anything of it fails. */
  run(project: Project, runChecks: RunChecks): Promise<void>
}
