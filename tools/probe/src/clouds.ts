import { defaultAlibabaEcsVariants, defaultAlibabaEnsVariants, defaultVariants } from '@cloud-keypair/simulator'
import { connectEcs, connectEns } from './alibaba/connect.js'
import { ecsApi } from './alibaba/ecs-api.js'
import { ecsQuestions } from './alibaba/ecs-questions.js'
import { ensApi } from './alibaba/ens-api.js'
import { ensQuestions } from './alibaba/ens-questions.js'
import type { Connect } from './connection.js'
import type { VendorApi } from './vendor-api.js'
import type { Question } from './question.js'
import { connectVolcengine } from './volcengine/connect.js'
import { volcengineApi } from './volcengine/volcengine-api.js'
import { volcengineQuestions } from './volcengine/questions.js'

/** A cloud that can be probed. */
export interface Cloud {
  readonly title: string
  readonly hasRegions: boolean
  readonly connect: Connect
  readonly vendorApi: (region: string) => VendorApi
  /** In the order in which they are asked. */
  readonly questions: Readonly<Record<string, Question<unknown>>>
  /** The variants that the simulator has unless it is told otherwise. */
  readonly assumed: Readonly<Record<string, unknown>>
}

/** Every cloud, by the name of its provider. */
export const clouds = {
  volcengine: {
    title: 'Volcengine ECS',
    hasRegions: true,
    connect: connectVolcengine,
    vendorApi: () => volcengineApi,
    questions: volcengineQuestions,
    assumed: { ...defaultVariants },
  },
  'alibaba-ecs': {
    title: 'Alibaba Cloud ECS',
    hasRegions: true,
    connect: connectEcs,
    vendorApi: ecsApi,
    questions: ecsQuestions,
    assumed: { ...defaultAlibabaEcsVariants },
  },
  'alibaba-ens': {
    title: 'Alibaba Cloud ENS',
    hasRegions: false,
    connect: connectEns,
    vendorApi: () => ensApi,
    questions: ensQuestions,
    assumed: { ...defaultAlibabaEnsVariants },
  },
} as const satisfies Readonly<Record<string, Cloud>>
