import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The files that a document quotes wrongly. A quote is fenced as ```ts path, and is found in that file of the folder, indentation aside. */
export async function misquoted(document: string, folder: string): Promise<readonly string[]> {
  const text = await readFile(document, 'utf8')
  const quotes = [...text.matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)]
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
