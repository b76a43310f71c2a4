import type { Cells } from './capability-tables.js'

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
  'after-creation': '创建之后',
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
  'name.unique': '名称保证唯一',
  group: '项目或资源组',
  createInCloud: '能由云生成密钥对',
  publicKey: '返回公钥',
  idempotencyToken: '幂等令牌',
  'delete.refusesInUse': '云自己拒绝删除在用的密钥对',
  'instances.change': '一次绑定或解绑的实例数',
  'instances.power': '绑定或解绑时实例的状态',
  'instances.replaces': '绑定会替换已有的密钥对',
  'instances.restart': '使密钥在系统内生效的方式',
}

/** Translates a table of capabilities. Throws for a row without a title. A value without a translation stays English. */
export function chineseTable([head = [], ...body]: Cells): Cells {
  return [
    head.map(chineseValue),
    ...body.map(([title = '', ...values]) => [chineseTitle(title), ...values.map(chineseValue)]),
  ]
}

function chineseTitle(title: string): string {
  const [, field] = /\(`(.+)`\)$/.exec(title) ?? []
  const translated = field === undefined ? words[title] : titles[field]
  if (translated === undefined) throw new Error(`There is no Chinese title for the row ${title}`)
  return field === undefined ? translated : `${translated}（\`${field}\`）`
}

function chineseValue(text: string): string {
  const whole = words[text]
  if (whole !== undefined) return whole
  const parts = text.split(', ').map((word) => words[word] ?? word.replace(/ bytes$/, ' 字节'))
  return parts.join('、')
}
