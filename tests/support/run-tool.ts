import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** Runs a program in a folder. Returns what the program wrote to stdout; rejects with all of its output if it fails. */
export async function runTool(folder: string, file: string, ...parameters: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(file, parameters, { cwd: folder, maxBuffer: 64 * 1024 * 1024 })
    return stdout
  } catch (thrown) {
    const output = ['stdout', 'stderr'].map((name) => String(Reflect.get(Object(thrown), name)))
    throw new Error(`${basename(file)} ${parameters.join(' ')} failed in ${folder}\n${output.join('\n')}`)
  }
}
