import { expect, it } from 'vitest'
import { withContents } from '../contents.js'

const page = (list: string): string => `# Page

<!-- contents: made by pnpm documents -->${list}<!-- /contents -->

## First, and last

\`\`\`sh
## no title
\`\`\`

### Below

## 查询、删除
`

it('lists the sections of a page and their parts, and replaces an earlier list', () => {
  const list = '\n\n- [First, and last](#first-and-last)\n  - [Below](#below)\n- [查询、删除](#查询删除)\n\n'
  expect(withContents(page('\n'))).toBe(page(list))
  expect(withContents(page(list))).toBe(page(list))
})

it('refuses a page without one of the marks', () => {
  expect(() => withContents('# Page\n')).toThrow('lacks <!-- contents')
  expect(() => withContents(page('\n').replace('<!-- /contents -->', ''))).toThrow('lacks <!-- /contents')
})
