import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTool } from '../../tests/support/run-tool.js'

// Runs the demo and draws its output, shortened, as docs/images/demo.svg.

const root = fileURLToPath(new URL('../..', import.meta.url))
const columns = 112
const lineHeight = 18
const columnWidth = 7.83
const margin = 18

const node = ['--conditions=cloud-keypair-source', '--import', 'tsx', 'examples/demo/src/main.ts']
// The folder for temporary files is another one on each machine.
const output = (await runTool(root, process.execPath, ...node)).replaceAll(tmpdir(), '…')
const lines = shortened(output.trimEnd().split('\n'))
await mkdir(join(root, 'docs/images'), { recursive: true })
await writeFile(join(root, 'docs/images/demo.svg'), picture(lines))

/** Takes the part of the first cloud, its rotation, and the table at the end. */
function shortened(output: readonly string[]): readonly string[] {
  const [title = ''] = output
  const [cloud = ''] = title.split(',')
  const part = output.slice(0, output.indexOf('', 2)).filter((line) => !line.endsWith(' ...'))
  const rotation = output.filter((line) => line.startsWith(`rotate, ${cloud}:`))
  const table = output.slice(output.findLastIndex((line) => line.startsWith('   ') && line.includes(cloud)))
  return ['$ npx -y pnpm@10.34.8 demo', '', ...part, '', ...rotation, '', ...table].map((line) =>
    line.length > columns ? `${line.slice(0, columns - 1)}…` : line,
  )
}

function picture(text: readonly string[]): string {
  const width = Math.ceil(columns * columnWidth + 2 * margin)
  const height = text.length * lineHeight + 2 * margin
  const rows = text.flatMap((line, index) => {
    if (line === '') return []
    const y = margin + (index + 1) * lineHeight - 5
    const length = (line.length * columnWidth).toFixed(1)
    // The length keeps columns in line, whichever font a reader has.
    return `<text x="${margin}" y="${y}" textLength="${length}" xml:space="preserve" fill="${colour(line)}">${escaped(line)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Output of the demo" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
<rect width="100%" height="100%" rx="8" fill="#12181f"/>
${rows.join('\n')}
</svg>
`
}

function colour(line: string): string {
  if (line.startsWith(' ') || line.startsWith('-')) return '#9fb1c1'
  if (/killed|refused/.test(line)) return '#ffa657'
  if (/^\$|resumed|removed|detached|deleted/.test(line)) return '#7ee787'
  return '#e6edf3'
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
