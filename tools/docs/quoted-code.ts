import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Returns the quotes of a document that are not in the file they name. A quote is fenced as ```ts path; indentation
 * does not count.
 */
export async function misquoted(document: string, folder: string): Promise<readonly string[]> {
  const text = await readFile(document, 'utf8')
  const quotes = [...text.matchAll(/^```ts (\S+\.ts)\n([\s\S]*?)^```$/gm)]
  if (quotes.length === 0) throw new Error(`${document} quotes nothing`)
  const checked = quotes.map(async ([, path = '', code = '']) => {
    const file = await readFile(join(folder, path), 'utf8')
    return withoutIndentation(file).includes(withoutIndentation(code)) ? [] : [`${path}: ${code.split('\n', 1)[0]}`]
  })
  return (await Promise.all(checked)).flat()
}

function withoutIndentation(code: string): string {
  return code.replaceAll(/^ +/gm, '')
}
