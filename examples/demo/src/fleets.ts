import { fleetOf, type Fleet } from './fleet.js'

/** The rules of volcengine.com/docs/6396/120451: running or stopped, no Windows, and the vendor's agent inside. */
export const volcengineFleet: Fleet = fleetOf(
  [{ status: 'STOPPED' }, { status: 'RUNNING' }, { status: 'RUNNING' }, { status: 'RUNNING' }, { status: 'RUNNING' }],
  [
    { at: 41, code: 'instance-unsupported', instance: { osType: 'Windows' } },
    { at: 121, code: 'instance-unsupported', instance: { agent: false } },
    { at: 181, code: 'instance-state', instance: { status: 'STARTING' } },
    { at: 250, code: 'not-found' },
  ],
)

/** The rules of help.aliyun.com, api-ecs-2014-05-26-attachkeypair: running or stopped, and no Windows. */
export const alibabaEcsFleet: Fleet = fleetOf(
  [{ status: 'Running' }, { status: 'Running' }, { status: 'Stopped' }],
  [
    { at: 41, code: 'instance-unsupported', instance: { osType: 'Windows' } },
    { at: 181, code: 'instance-state', instance: { status: 'Starting' } },
    { at: 250, code: 'not-found' },
  ],
)

/** The rule of www.alibabacloud.com/help/en/ens, api-ens-2017-11-10-attachkeypair: stopped. No page speaks of Windows. */
export const alibabaEnsFleet: Fleet = fleetOf(
  [{ status: 'Stopped' }],
  [
    { at: 20, code: 'instance-state', instance: { status: 'Running' } },
    { at: 21, code: 'instance-state', instance: { status: 'Running' } },
    { at: 90, code: 'instance-state', instance: { status: 'Running' } },
    { at: 155, code: 'instance-state', instance: { status: 'Running' } },
    { at: 220, code: 'instance-state', instance: { status: 'Running' } },
    { at: 250, code: 'not-found' },
  ],
)

/** The rules of cloud.tencent.com/document/product/213/15698: stopped, unless the call may cut the power, and no Windows. */
export const tencentFleet: Fleet = fleetOf(
  [{ status: 'STOPPED' }],
  [
    { at: 41, code: 'instance-unsupported', instance: { os: 'Windows', status: 'STOPPED' } },
    { at: 90, code: 'instance-state', instance: { status: 'RUNNING' } },
    { at: 181, code: 'instance-state', instance: { status: 'STARTING' } },
    { at: 250, code: 'not-found' },
  ],
)
