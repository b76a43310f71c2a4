import { isNativeError } from 'node:util/types'
import type { Exchange, HttpAnswer } from './http-server.js'
import { readFault } from './read-fault.js'
import { fieldReader, readFields, readNumber } from './read-json.js'
import type { RunningSimulator } from './serve.js'

/** The path of the control of a simulator, for other processes. It needs no signature. */
export const controlPrefix = '/__simulator/'

/** The parts of a simulator that other processes control. */
export interface Controlled {
  readonly simulator: RunningSimulator<{ snapshot(): unknown; settle(): void }, unknown>
  readonly plantJson: (seed: unknown) => unknown
}

/** Does what a control request says. Answers a request that cannot be read with 400 and the reason. */
export function answerControl(controlled: Controlled, { method, url, body }: Exchange): HttpAnswer {
  try {
    const result = control(controlled, `${method} ${url.slice(controlPrefix.length)}`, body)
    return result === undefined ? json(404, { error: `There is no ${method} ${url}` }) : json(200, result)
  } catch (error) {
    return json(400, { error: isNativeError(error) ? error.message : String(error) })
  }
}

function control({ simulator, plantJson }: Controlled, request: string, body: string): unknown {
  switch (request) {
    case 'GET snapshot':
      return simulator.world.snapshot()
    case 'GET calls':
      return simulator.calls
    case 'GET variants':
      return simulator.variants
    case 'POST seed':
      return { keyPairs: plantJson(JSON.parse(body)) }
    case 'POST faults':
      simulator.fault(readFault(JSON.parse(body), 'fault'))
      return {}
    case 'POST read-lag':
      simulator.setReadLag(fieldReader(readFields(JSON.parse(body), 'lag', ['ms']), 'lag')('ms', readNumber))
      return {}
    case 'POST settle':
      simulator.world.settle()
      return {}
    case 'POST clear-faults':
      simulator.clearFaults()
      return {}
    case 'POST clear-calls':
      simulator.clearCalls()
      return {}
    default:
      return undefined
  }
}

function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) }
}
