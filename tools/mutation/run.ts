import { spawn } from 'node:child_process'

/** Runs a program in a folder, and passes on what it writes. */
export function run(folder: string, file: string, ...parameters: readonly string[]): Promise<void> {
  return ended(folder, file, parameters, 'inherit').then(() => {})
}

/** Returns the output of a program in a folder. */
export function outputOf(folder: string, file: string, ...parameters: readonly string[]): Promise<string> {
  return ended(folder, file, parameters, 'pipe')
}

function ended(
  folder: string,
  file: string,
  parameters: readonly string[],
  output: 'inherit' | 'pipe',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, parameters, { cwd: folder, stdio: ['ignore', output, 'inherit'] })
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`${file} ${parameters.join(' ')} ended with ${code}`)),
    )
  })
}
