import type { DefaultTheme, LocaleSpecificConfig } from 'vitepress'

type Locale = LocaleSpecificConfig<DefaultTheme.Config>

export const english = {
  locale(api: DefaultTheme.SidebarItem[], packages: string[]): Locale {
    const guide = [
      {
        text: 'Start',
        items: [
          { text: 'Guide', link: '/guide' },
          { text: 'Recipes', link: '/recipes' },
          { text: 'Troubleshooting', link: '/troubleshooting' },
          { text: 'Errors', link: '/errors' },
        ],
      },
      {
        text: 'Clouds',
        items: [
          { text: 'What each cloud can do', link: '/capabilities' },
          { text: 'Permissions', link: '/permissions' },
          { text: 'Ask a real cloud', link: '/probe' },
        ],
      },
      {
        text: 'Packages',
        collapsed: false,
        items: packages.map((name) => ({ text: name, link: `/packages/${name}` })),
      },
      {
        text: 'About',
        items: [
          { text: 'Comparison', link: '/comparison' },
          { text: 'Policy', link: '/policy' },
          { text: 'Architecture', link: '/architecture' },
          { text: 'Write an adapter', link: '/writing-an-adapter' },
          { text: 'Decisions', link: '/decisions/' },
        ],
      },
    ]
    return {
      description: 'One KeyPairService for the SSH key pairs of cloud servers, on any cloud.',
      themeConfig: {
        nav: [
          { text: 'Guide', link: '/guide' },
          { text: 'Recipes', link: '/recipes' },
          { text: 'Errors', link: '/errors' },
          { text: 'API', link: '/api/' },
        ],
        sidebar: { '/api/': api, '/': guide },
        outline: { level: [2, 3] },
      },
    }
  },
}

export const chinese = {
  locale(): Locale {
    return {
      description: '一个 KeyPairService，管理任意云上服务器的 SSH 密钥对。',
      themeConfig: {
        nav: [
          { text: '指南', link: '/zh-CN/guide' },
          { text: '错误码（英文）', link: '/errors' },
          { text: 'API（英文）', link: '/api/' },
        ],
        sidebar: {
          '/zh-CN/': [
            { text: '开始', items: [{ text: '指南', link: '/zh-CN/guide' }] },
            {
              text: '英文文档',
              items: [
                { text: '完整指南', link: '/guide' },
                { text: '示例', link: '/recipes' },
                { text: '错误码', link: '/errors' },
                { text: '各云能力', link: '/capabilities' },
                { text: '权限策略', link: '/permissions' },
              ],
            },
          ],
        },
        outline: { level: [2, 3], label: '本页目录' },
        docFooter: { prev: '上一页', next: '下一页' },
        darkModeSwitchLabel: '外观',
        lightModeSwitchTitle: '切换到浅色模式',
        darkModeSwitchTitle: '切换到深色模式',
        sidebarMenuLabel: '菜单',
        returnToTopLabel: '返回顶部',
        langMenuLabel: '切换语言',
        skipToContentLabel: '跳转到内容',
        notFound: {
          title: '页面不存在',
          quote: '',
          linkText: '返回首页',
          linkLabel: '返回首页',
        },
      },
    }
  },
  search: {
    button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
    modal: {
      displayDetails: '显示详细列表',
      resetButtonTitle: '清除搜索',
      backButtonTitle: '关闭搜索',
      noResultsText: '没有结果：',
      footer: { selectText: '选择', navigateText: '切换', closeText: '关闭' },
    },
  },
}
