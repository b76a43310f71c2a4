import type { TextDamage } from './fault.js'
import type { HttpAnswer } from './http-server.js'

/** As many bytes as no client should read to the end. */
const hugeBytes = 50 * 1024 * 1024

const html = '<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>'

/** Damages the text of a JSON answer. */
export function damageText(damage: TextDamage, answer: HttpAnswer): HttpAnswer {
  const asHtml = { ...answer.headers, 'content-type': 'text/html' }
  switch (damage) {
    case 'truncate':
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) }
    case 'html-502':
      return { status: 502, headers: asHtml, body: html }
    case 'empty-503':
      return { status: 503, headers: {}, body: '' }
    case 'html-200':
      return { status: 200, headers: asHtml, body: html }
    case 'array':
      return { ...answer, body: `[${answer.body}]` }
    case 'huge':
      return { ...answer, body: answer.body.replace(/\}$/, `,"Padding":"${'x'.repeat(hugeBytes)}"}`) }
    case 'wrong-content-type':
      return { ...answer, headers: asHtml }
    case 'redirect':
      return { status: 307, headers: { location: '/redirected' }, body: '' }
  }
}
