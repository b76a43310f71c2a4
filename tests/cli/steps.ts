/** The expected result of a command. */
export interface Expected {
  readonly exitCode: number
  readonly stdout?: RegExp
  readonly stderr?: RegExp
  /** Files that hold a private key after the command, for their owner alone. */
  readonly files?: readonly string[]
}

/** A command line of `cloud-keypair`, as a shell takes it, and its expected result. */
export interface Step {
  readonly command: string
  readonly input?: string
  readonly expected: Expected
}

/** Every command, one after another, with good and bad input. */
export const steps: readonly Step[] = [
  { command: '--help', expected: { exitCode: 0, stdout: /Commands:/, stderr: /^$/ } },
  { command: '', expected: { exitCode: 0, stdout: /Commands:/ } },
  { command: '--version', expected: { exitCode: 0, stdout: /^\d+\.\d+\.\d+\n$/ } },
  { command: 'version -o json', expected: { exitCode: 0, stdout: /"node"/ } },
  { command: '--help exit-codes', expected: { exitCode: 0, stdout: / 75 / } },
  { command: 'lst', expected: { exitCode: 2, stderr: /Did you mean list\?/ } },
  { command: 'list', expected: { exitCode: 2, stderr: /no cloud is given/ } },
  { command: 'list --cloud nowhere', expected: { exitCode: 2, stderr: /Allowed choices/ } },
  {
    command: 'capabilities',
    expected: { exitCode: 0, stdout: /^capability\tvolcengine\talibaba-ecs\talibaba-ens\taws\ttencent\n/ },
  },
  { command: 'capabilities extra', expected: { exitCode: 2, stderr: /too many arguments/ } },
  { command: 'completion bash', expected: { exitCode: 0, stdout: /cloud-keypair/ } },
  { command: 'completion tcsh', expected: { exitCode: 2 } },
  { command: 'complete -- att', expected: { exitCode: 0, stdout: /^attach\t/ } },
  { command: 'complete -- list --cloud ""', expected: { exitCode: 0, stdout: /alibaba-ens/ } },

  { command: 'list $VOLCENGINE', expected: { exitCode: 0, stdout: /^name\tid\t/ } },
  {
    command: 'create deploy --private-key deploy.pem --tag team=web $VOLCENGINE',
    expected: { exitCode: 0, stdout: /name\tdeploy\n/, files: ['deploy.pem'] },
  },
  {
    command: 'create deploy --private-key deploy.pem $VOLCENGINE',
    expected: { exitCode: 1, stderr: /already-exists[^]*hint: / },
  },
  { command: 'create other --private-key - $VOLCENGINE', expected: { exitCode: 0, stdout: /^-----BEGIN/ } },
  {
    command: 'create more --private-key - -o json $VOLCENGINE',
    expected: { exitCode: 2, stdout: /^$/, stderr: /never part of JSON/ },
  },
  {
    command: 'create cloudy --in-cloud --private-key cloudy.pem $VOLCENGINE',
    expected: { exitCode: 0, files: ['cloudy.pem'] },
  },
  { command: 'create x --private-key no/such/folder.pem $VOLCENGINE', expected: { exitCode: 1, stdout: /^$/ } },
  {
    command: 'create curve --key-type ecdsa --private-key curve.pem --passphrase file:passphrase $ECS',
    expected: { exitCode: 2, stderr: /file passphrase cannot be read/ },
  },
  {
    command: 'create curve --key-type ed25519 --private-key curve.pem $ECS',
    expected: { exitCode: 1, stderr: /unsupported[^]*hint: Use --key-type rsa or --key-type ecdsa/ },
  },
  {
    command: 'create curve --key-type ecdsa --private-key curve.pem --passphrase env:HOME $ECS',
    expected: { exitCode: 0, files: ['curve.pem'] },
  },
  { command: 'list "*o*" -o name $VOLCENGINE', expected: { exitCode: 0, stdout: /other\n/ } },
  { command: 'show deploy --columns tags --no-header $VOLCENGINE', expected: { exitCode: 0, stdout: /^team=web\n$/ } },
  { command: 'show missing $VOLCENGINE', expected: { exitCode: 6, stderr: /^error: .*missing/ } },
  { command: 'show missing -o json $VOLCENGINE', expected: { exitCode: 6, stderr: /^\{"error":\{.*"not-found"/ } },
  {
    command: 'update deploy --tag team=api --remove-tag old --description Web $VOLCENGINE',
    expected: { exitCode: 0, stdout: /team=api/ },
  },
  { command: 'update deploy $VOLCENGINE', expected: { exitCode: 2, stderr: /nothing is to be changed/ } },
  {
    command: 'create pub --private-key pub.pem --columns public-key --no-header $VOLCENGINE > deploy.pub',
    expected: { exitCode: 0 },
  },
  { command: 'import ours --public-key deploy.pub $ECS', expected: { exitCode: 0, stdout: /name\tours/ } },
  { command: 'import ours --public-key deploy.pub $ECS', expected: { exitCode: 1, stderr: /already-exists/ } },
  {
    command: 'import bad --public-key - $ECS',
    input: 'nonsense',
    expected: { exitCode: 1, stderr: /invalid-argument/ },
  },
  { command: 'ensure ours --public-key deploy.pub $ECS', expected: { exitCode: 0, stdout: /changed\tfalse/ } },
  {
    command: 'ensure ours --public-key deploy.pub --tag team=web $AWS',
    expected: { exitCode: 0, stdout: /changed\ttrue/ },
  },
  { command: 'list -o name $AWS', expected: { exitCode: 0, stdout: /^ours\n$/ } },
  { command: 'attach ours i-1 $AWS', expected: { exitCode: 1, stderr: /unsupported/ } },
  { command: 'delete ours $AWS', expected: { exitCode: 0, stdout: /ours/ } },
  {
    command: 'ensure ours --public-key deploy.pub --tag team=web $TENCENT',
    expected: { exitCode: 0, stdout: /changed\ttrue/ },
  },
  { command: 'list -o name $TENCENT', expected: { exitCode: 0, stdout: /^ours\n$/ } },
  { command: 'attach ours ins-9 $TENCENT', expected: { exitCode: 1, stderr: /unsupported/ } },
  { command: 'attach deploy i-1 i-9 $VOLCENGINE', expected: { exitCode: 3, stdout: /i-9\tfailed.*not-found/ } },
  { command: 'attach deploy i-9 $VOLCENGINE', expected: { exitCode: 6 } },
  {
    command: 'attach deploy --ids-from - -o jsonl $VOLCENGINE',
    input: 'i-1\ni-2\n',
    expected: { exitCode: 0, stdout: /^\{"id":"i-1".*\n\{"id":"i-2".*\n$/ },
  },
  { command: 'attach deploy $VOLCENGINE', expected: { exitCode: 2, stderr: /no instance is given/ } },
  { command: 'attach deploy i-1 --now $VOLCENGINE', expected: { exitCode: 2, stderr: /restarts 1 instance[^]*--yes/ } },
  { command: 'attach deploy i-1 --yes $VOLCENGINE', expected: { exitCode: 2, stderr: /--now/ } },
  { command: 'attach deploy i-3 --now --yes $VOLCENGINE', expected: { exitCode: 0, stdout: /i-3\tsucceeded/ } },
  { command: 'usages deploy -o name $VOLCENGINE', expected: { exitCode: 0, stdout: /^i-\d\ni-\d\ni-\d\n$/ } },
  {
    command: 'which i-1 i-9 $VOLCENGINE',
    expected: { exitCode: 3, stdout: /i-1\tbound\tdeploy\trunning\ni-9\tnot-found/ },
  },
  { command: 'delete deploy $VOLCENGINE', expected: { exitCode: 1, stderr: /in-use[^]*instances: / } },
  { command: 'detach deploy i-3 $VOLCENGINE', expected: { exitCode: 0, stderr: /hint: / } },
  { command: 'plan detach deploy i-1 -o json $VOLCENGINE > plan.json', expected: { exitCode: 0 } },
  { command: 'apply deploy.pub --yes', expected: { exitCode: 2, stderr: /not JSON/ } },
  { command: 'apply plan.json', expected: { exitCode: 2, stderr: /--yes/ } },
  { command: 'import here --public-key deploy.pub $ENS', expected: { exitCode: 0 } },
  {
    command: 'attach here i-1 --now --yes $ENS',
    expected: { exitCode: 0, stdout: /i-1\tsucceeded\tyes/ },
  },
  {
    command: 'rotate here newer --private-key newer.pem --yes -o json $ENS',
    expected: { exitCode: 0, stdout: /"pendingRestart": \[\n +"i-1"/, files: ['newer.pem'] },
  },
  {
    command: 'rotate here newest --private-key newest.pem --yes $ENS',
    expected: { exitCode: 1, stderr: /resume rotate-/ },
  },
  { command: 'resume --list', expected: { exitCode: 0, stdout: /rotate-.*\trotate\there\talibaba-ens/ } },
  { command: 'resume nothing', expected: { exitCode: 2, stderr: /there is no run nothing/ } },
  { command: 'resume --forget', expected: { exitCode: 0 } },
  { command: 'resume', expected: { exitCode: 0, stderr: /nothing to resume/ } },
  { command: 'audit --fail-on any $VOLCENGINE', expected: { exitCode: 3, stdout: /unused\t/ } },
  { command: 'audit -o sarif $ECS', expected: { exitCode: 0, stdout: /"2\.1\.0"/ } },
  { command: 'audit -o markdown $ECS', expected: { exitCode: 0, stdout: /^# Audit of / } },
  { command: 'audit --fail-on rust $ECS', expected: { exitCode: 2 } },
  {
    command: 'delete other cloudy pub missing $VOLCENGINE',
    expected: { exitCode: 0, stdout: /missing\tsucceeded\tno/ },
  },
  { command: 'delete deploy --if-in-use detach $VOLCENGINE', expected: { exitCode: 0, stderr: /hint: / } },
  {
    command: 'list --cloud volcengine --region cn-beijing --endpoint $NOWHERE --timeout 1s',
    expected: { exitCode: 75, stderr: /^error: / },
  },
  {
    command: 'list --cloud volcengine --region cn-beijing --endpoint http://example.com',
    expected: { exitCode: 1, stderr: /^error: / },
  },
  {
    command: 'doctor --cloud alibaba-ens --endpoint $NOWHERE -o jsonl',
    expected: { exitCode: 1, stdout: /"credentials","status":"ok"[^]*"connection","status":"failed"/ },
  },
  { command: 'doctor', expected: { exitCode: 2, stderr: /no cloud is given/ } },
  { command: 'simulator --port none --cloud volcengine', expected: { exitCode: 2, stderr: /from 0 to 65535/ } },
  { command: 'simulator --variants "{\\"x\\":1}" --cloud volcengine', expected: { exitCode: 2, stderr: /variants/ } },
  {
    command:
      'simulator -o jsonl > simulators.json & until grep -q tencent simulators.json; do sleep 0.1; done; kill $!; wait $!; cat simulators.json',
    expected: { exitCode: 0, stdout: /"volcengine"[^]*"alibaba-ens"[^]*"aws"[^]*"tencent"/ },
  },
]
