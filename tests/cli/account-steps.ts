import type { Step } from './step.js'

const config = '.config/cloud-keypair/config.json'
const accounts = `{"default": "staging", "accounts": {
  "staging": {"cloud": "volcengine", "region": "cn-beijing", "endpoint": "$VOLCENGINE_URL"},
  "production": {"cloud": "alibaba-ens", "endpoint": "$ENS_URL"},
  "other": {"cloud": "volcengine", "region": "cn-beijing", "endpoint": "$VOLCENGINE_URL", "profile": "other"}}}`
const vendorConfig = `{"current": "dev", "profiles": {
  "dev": {"mode": "ak", "access-key": "$VOLCENGINE_ACCESS_KEY", "secret-key": "$VOLCENGINE_SECRET_KEY"},
  "wrong": {"mode": "ak", "access-key": "$VOLCENGINE_ACCESS_KEY", "secret-key": "secret-of-the-script"},
  "broken": {"mode": "sso", "secret-key": "secret-of-the-script"}}}`

const noKeys = {
  VOLCENGINE_ACCESS_KEY: '',
  VOLCENGINE_SECRET_KEY: '',
  VOLCENGINE_ECS_METADATA_DISABLED: 'true',
  ALIBABA_CLOUD_ACCESS_KEY_ID: '',
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: '',
  ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
}

/** Accounts, profiles and credentials, good and broken, in commands and in doctor. */
export const accountSteps: readonly Step[] = [
  {
    command: 'list -o jsonl',
    write: { [config]: accounts },
    expected: { exitCode: 0, stdout: /^\{"name":.*/ },
  },
  { command: 'list -o name --profile production', expected: { exitCode: 0, stdout: /^here\nnewer\n$/ } },
  {
    command: 'list -o name',
    environment: { CLOUD_KEYPAIR_PROFILE: 'production' },
    expected: { exitCode: 0, stdout: /^here\nnewer\n$/ },
  },
  {
    command: 'list --profile other',
    write: { '.volcengine/config.json': vendorConfig },
    expected: { exitCode: 4, stderr: /there is no profile other[^]*hint: Name one of its profiles: dev/ },
  },
  { command: 'list --profile dev $VOLCENGINE', environment: noKeys, expected: { exitCode: 0 } },
  {
    command: 'list --profile wrong $VOLCENGINE',
    expected: { exitCode: 4, stderr: /SignatureDoesNotMatch[^]*hint: Check the access key/ },
  },
  {
    command: 'list --profile broken $VOLCENGINE',
    expected: { exitCode: 4, stderr: /sso-session-name is missing[^]*hint: Run ve configure sso/ },
  },
  {
    command: 'list $VOLCENGINE',
    fault: { kind: 'refuse', status: 403, code: 'AccessDenied', times: Infinity },
    expected: { exitCode: 4, stderr: /permission-denied[^]*hint: Add the permission/ },
  },
  {
    command: 'list',
    write: { [config]: '{"accounts": {"staging": {"secret-key": "secret-of-the-script"}}}' },
    expected: { exitCode: 2, stderr: /is not as it should be[^]*hint: / },
  },
  { command: 'list', write: { [config]: '{' }, expected: { exitCode: 2, stderr: /is not JSON[^]*hint: / } },
  {
    command: 'list $ECS',
    write: { [config]: '{}' },
    environment: noKeys,
    expected: { exitCode: 4, stderr: /there are no credentials[^]*hint: Set ALIBABA_CLOUD_ACCESS_KEY_ID/ },
  },
  {
    command: 'list $AWS',
    environment: noKeys,
    expected: { exitCode: 4, stderr: /hint: Set AWS_ACCESS_KEY_ID.*credential-provider-node/ },
  },

  { command: 'doctor $VOLCENGINE', expected: { exitCode: 0, stdout: /credentials\tok\t[^]*instances\tok\t/ } },
  { command: 'doctor $ECS', expected: { exitCode: 0, stdout: /credentials\tok\t[^]*instances\tok\t/ } },
  { command: 'doctor $ENS', expected: { exitCode: 0, stdout: /credentials\tok\t[^]*instances\tok\t/ } },
  { command: 'doctor $AWS', expected: { exitCode: 0, stdout: /credentials\tok\t[^]*list key pairs\tok\t/ } },
  {
    command: 'doctor $VOLCENGINE --profile broken',
    expected: { exitCode: 4, stdout: /credentials\tfailed\t/, stderr: /hint: credentials: Run ve configure sso\./ },
  },
  {
    command: 'doctor $VOLCENGINE --profile wrong -o json',
    expected: {
      exitCode: 4,
      stdout: /"permission to list key pairs",\n +"status": "failed"[^]*"hint": "Check the access key/,
    },
  },
  {
    command: 'doctor --cloud volcengine',
    expected: { exitCode: 1, stdout: /region\tfailed\t/, stderr: /hint: region: Give --region/ },
  },
  {
    command: 'doctor $AWS --profile dev',
    expected: { exitCode: 4, stderr: /hint: credentials: Install @aws-sdk\/credential-provider-node/ },
  },
]
