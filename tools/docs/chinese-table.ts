/** The Chinese of a cell, or of a word of it. What is not here stays as it is. */
const words: Readonly<Record<string, string>> = {
  'Volcengine ECS': '火山引擎 ECS',
  'Alibaba Cloud ECS': '阿里云 ECS',
  'Alibaba Cloud ENS': '阿里云 ENS',
  'Tencent Cloud CVM': '腾讯云 CVM',
  description: '描述',
  tags: '标签',
  id: 'ID',
  name: '名称',
  yes: '是',
  no: '否',
  none: '无',
  'any-time': '随时',
  'at-creation': '创建时',
  running: '运行中',
  stopped: '已停止',
  undocumented: '文档未说明',
  reboot: '重启',
  'stop-and-start': '停止再启动',
}

/** The Chinese title of a row, by the field of the capabilities that it names. */
const titles: Readonly<Record<string, string>> = {
  identity: '用什么指定密钥对',
  'name.maxLength': '名称最大长度',
  'name.unique': '名称确定唯一',
  group: '项目或资源组',
  createInCloud: '能由云生成密钥对',
  publicKey: '返回公钥',
  idempotencyToken: '幂等令牌',
  'delete.refusesInUse': '云自己拒绝删除在用的密钥对',
  'instances.change': '一次绑定或解绑的实例数',
  'instances.power': '绑定或解绑时实例的状态',
  'instances.replaces': '绑定会替换已有的密钥对',
  'instances.restart': '系统取用密钥的方式',
}

/** Translates a table of capabilities. A title or value without a translation stays English. */
export function chineseTable(table: string): string {
  const [head = [], , ...body] = table.split('\n').map((line) => line.split('|').slice(1, -1).map(chineseCell))
  const widths = head.map((_, column) => Math.max(3, ...[head, ...body].map((row) => widthOf(row[column] ?? ''))))
  const line = (cells: readonly string[], filler = ' '): string =>
    `| ${cells.map((cell, column) => cell + filler.repeat((widths[column] ?? 0) - widthOf(cell))).join(' | ')} |`
  const rule = head.map(() => '')
  return [line(head), line(rule, '-'), ...body.map((cells) => line(cells))].join('\n')
}

function chineseCell(cell: string): string {
  const text = cell.trim()
  const [, field = ''] = /\(`(.+)`\)$/.exec(text) ?? []
  const title = titles[field]
  if (title !== undefined) return `${title}（\`${field}\`）`
  return (
    words[text] ??
    text
      .split(', ')
      .map((word) => words[word] ?? word.replace(/ bytes$/, ' 字节'))
      .join('、')
  )
}

/** Returns the columns that a text takes: two for each Chinese character. */
function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (/[\u3000-\u9fff\uff00-\uffef]/.test(character) ? 2 : 1), 0)
}
