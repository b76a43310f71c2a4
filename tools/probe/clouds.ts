import { defaultAlibabaEcsVariants, defaultAlibabaEnsVariants, defaultVariants } from '@cloud-keypair/simulator'
import { connectEcs, connectEns } from './alibaba/connect.js'
import { ecsDialect } from './alibaba/ecs-dialect.js'
import { ecsQuestions } from './alibaba/ecs-questions.js'
import { ensDialect } from './alibaba/ens-dialect.js'
import { ensQuestions } from './alibaba/ens-questions.js'
import type { Connect } from './connection.js'
import type { Dialect } from './dialect.js'
import type { Question } from './question.js'
import { connectVolcengine } from './volcengine/connect.js'
import { volcengineDialect } from './volcengine/dialect.js'
import { volcengineQuestions } from './volcengine/questions.js'

/** A cloud that can be probed. */
export interface Cloud {
  readonly title: string
  readonly hasRegions: boolean
  readonly connect: Connect
  readonly dialect: (region: string) => Dialect
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
    dialect: () => volcengineDialect,
    questions: volcengineQuestions,
    assumed: { ...defaultVariants },
  },
  'alibaba-ecs': {
    title: 'Alibaba Cloud ECS',
    hasRegions: true,
    connect: connectEcs,
    dialect: ecsDialect,
    questions: ecsQuestions,
    assumed: { ...defaultAlibabaEcsVariants },
  },
  'alibaba-ens': {
    title: 'Alibaba Cloud ENS',
    hasRegions: false,
    connect: connectEns,
    dialect: () => ensDialect,
    questions: ensQuestions,
    assumed: { ...defaultAlibabaEnsVariants },
  },
} as const satisfies Readonly<Record<string, Cloud>>
