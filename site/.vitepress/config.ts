import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type DefaultTheme } from 'vitepress'
import llmstxt from 'vitepress-plugin-llms'
import { chinese, english } from './texts.ts'
import { anchorOf } from '../../tools/docs/contents.js'

const build = fileURLToPath(new URL('../.build', import.meta.url))

export default defineConfig({
  srcDir: '.build/pages',
  outDir: '.build/dist',
  cacheDir: '.build/cache',
  title: 'cloud-keypair',
  cleanUrls: true,
  // A guess at the time of a change would be that of the build.
  lastUpdated: false,
  markdown: {
    // The anchors of GitHub, so that a link works in both places.
    anchor: {
      slugify: (title) => anchorOf(title.trim()),
    },
    config(md) {
      const fence = md.renderer.rules.fence
      md.renderer.rules.fence = (tokens, index, ...rest) => {
        const token = tokens[index]
        if (token?.info.trim() === 'mermaid') {
          return `<MermaidDiagram code="${encodeURIComponent(token.content)}" />\n`
        }
        return fence?.(tokens, index, ...rest) ?? ''
      }
    },
  },
  vite: {
    plugins: [llmstxt({ ignoreFiles: ['api/**/*', 'decisions/**/*', 'zh-CN/**/*'] })],
    build: { chunkSizeWarningLimit: 2000 },
  },
  locales: {
    root: { label: 'English', lang: 'en', ...english.locale(apiSidebar(), pagesIn('packages')) },
    'zh-CN': { label: '简体中文', lang: 'zh-CN', ...chinese.locale() },
  },
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        locales: { 'zh-CN': { translations: chinese.search } },
        miniSearch: {
          options: {
            // Chinese has no spaces: each character is a word of its own.
            tokenize: (text) => text.toLowerCase().match(/[\u4e00-\u9fff]|[\p{L}\p{N}_$-]+/gu) ?? [],
          },
        },
      },
    },
  },
})

/** The names of the pages in a folder. */
function pagesIn(folder: string): string[] {
  return readdirSync(`${build}/pages/${folder}`)
    .map((file) => file.slice(0, -3))
    .sort()
}

/** The pages of the API reference, module by module, kind by kind, as typedoc wrote them. */
function apiSidebar(): DefaultTheme.SidebarItem[] {
  const folder = `${build}/pages/api`
  const foldersIn = (path: string): string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  return foldersIn(folder)
    .sort()
    .map((module) => ({
      text: `@cloud-keypair/${module.replace(/^core-/, 'core/')}`,
      link: `/api/${module}/`,
      collapsed: true,
      items: foldersIn(`${folder}/${module}`).map((kind) => ({
        text: kind,
        collapsed: kind !== 'functions',
        items: readdirSync(`${folder}/${module}/${kind}`)
          .filter((file) => file.endsWith('.md'))
          .map((file) => file.slice(0, -3))
          .sort()
          .map((name) => ({ text: name, link: `/api/${module}/${kind}/${name}` })),
      })),
    }))
}
