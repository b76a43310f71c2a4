/** The numbers of one group of bars. */
interface Bars {
  readonly what: string
  readonly unit: string
  readonly service: number
  readonly byHand?: number
  readonly oneByOne?: number
  readonly ideal?: number
}

const width = 760
const left = 330
const barHeight = 12
const gap = 14
const top = 56

const kinds = [
  { name: 'service', label: 'this library', color: '#2563eb' },
  { name: 'byHand', label: "the vendor's SDK by hand", color: '#94a3b8' },
  { name: 'oneByOne', label: 'one by one', color: '#cbd5e1' },
  { name: 'ideal', label: 'ideal', color: '#16a34a' },
] as const

/** Draws groups of bars. The longest bar of each group has the same length. */
export function barChart(title: string, groups: readonly Bars[]): string {
  let y = top
  const parts = groups.map((group) => {
    const bars = kinds.flatMap(({ name, color }) => {
      const value = group[name]
      return value === undefined ? [] : [{ value, color }]
    })
    const longest = Math.max(...bars.map(({ value }) => value)) || 1
    const label = text(left - 10, y + 10, `${group.what}, ${group.unit}`, 'end')
    const drawn = bars.map(({ value, color }, index) => {
      const length = Math.max(1, (value / longest) * (width - left - 90))
      const at = y + index * barHeight
      const bar = `<rect x="${left}" y="${at}" width="${length.toFixed(1)}" height="${barHeight - 2}" fill="${color}"/>`
      return `${bar}\n${text(left + length + 6, at + 9, numberText(value), 'start')}`
    })
    y += bars.length * barHeight + gap
    return [label, ...drawn].join('\n')
  })
  const legend = kinds.map(({ label, color }, index) => {
    const x = 20 + index * 170
    return `<rect x="${x}" y="34" width="10" height="10" fill="${color}"/>\n${text(x + 15, 43, label, 'start')}`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="sans-serif" font-size="10">
<title>${escaped(title)}</title>
<rect width="${width}" height="${y}" fill="#ffffff"/>
<text x="20" y="20" font-size="14" fill="#0f172a">${escaped(title)}</text>
${[...legend, ...parts].join('\n')}
</svg>
`
}

function text(x: number, y: number, content: string, anchor: 'start' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}" fill="#0f172a">${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function numberText(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}
