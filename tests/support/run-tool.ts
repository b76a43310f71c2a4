import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** Runs a program in a folder. What it wrote is told where it fails. */
export async function runTool(folder: string, file: string, ...parameters: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(file, parameters, { cwd: folder })
  } catch (thrown) {
    const output = ['stdout', 'stderr'].map((name) => String(Reflect.get(Object(thrown), name)))
    throw new Error(`${basename(file)} ${parameters.join(' ')} failed in ${folder}\n${output.join('\n')}`)
  }
}
