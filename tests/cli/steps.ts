import type { Step } from './step.js'

/** Every command, one after another, with good and bad input. Later ones find what earlier ones made. */
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
    expected: { exitCode: 0, stdout: /^capability\tvolcengine\talibaba-ecs\talibaba-ens\taws\ttencent\topenstack\n/ },
  },
  { command: 'capabilities extra', expected: { exitCode: 2, stderr: /too many arguments/ } },
  { command: 'completion bash | bash -n', expected: { exitCode: 0, stderr: /^$/ } },
  { command: 'completion zsh', expected: { exitCode: 0, stdout: /^#compdef cloud-keypair/ } },
  { command: 'completion fish', expected: { exitCode: 0, stdout: /complete -c cloud-keypair/ } },
  { command: 'completion powershell', expected: { exitCode: 0, stdout: /Register-ArgumentCompleter/ } },
  { command: 'completion tcsh', expected: { exitCode: 2 } },
  {
    command: 'fleet --help',
    expected: { exitCode: 0, stdout: /rotate [^]*attach [^]*audit [^]*work [^]*watch [^]*release / },
  },
  {
    // It is an optional peer, and was not installed.
    command: 'fleet report run --redis redis://127.0.0.1:1',
    expected: {
      exitCode: 2,
      stderr: /@cloud-keypair\/fleet is not installed\nhint: Install it beside the command: npm/,
    },
  },
  { command: 'fleet report run', expected: { exitCode: 2, stderr: /no Redis is given/ } },
  { command: 'complete -- fleet rotate --key-type ""', expected: { exitCode: 0, stdout: /ed25519/ } },
  { command: 'complete -- att', expected: { exitCode: 0, stdout: /^attach\t/ } },
  { command: 'complete -- list --cloud ""', expected: { exitCode: 0, stdout: /alibaba-ens/ } },

  { command: 'list $VOLCENGINE', expected: { exitCode: 0, stdout: /^name\tid\t/ } },
  { command: 'list --columns colour $VOLCENGINE', expected: { exitCode: 2, stderr: /The columns are name, id/ } },
  { command: 'list -o sarif $VOLCENGINE', expected: { exitCode: 2, stderr: /Only audit has/ } },
  { command: 'list -o xml $VOLCENGINE', expected: { exitCode: 2, stderr: /Allowed choices are table, json/ } },
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
    command: `--version && script -qec 'cloud-keypair create more --private-key - '"$VOLCENGINE" /dev/null`,
    expected: { exitCode: 2, stdout: /never shown on a terminal[^]*hint: / },
  },
  {
    command: 'create again --private-key deploy.pem $VOLCENGINE',
    expected: { exitCode: 1, stderr: /storage[^]*hint: / },
  },
  {
    command: 'create again --private-key deploy.pem --reuse $VOLCENGINE',
    expected: { exitCode: 0, stdout: /name\tagain\n/, files: ['deploy.pem'] },
  },
  { command: 'list again -o json $VOLCENGINE', expected: { exitCode: 0, stdout: /^\[\n  \{\n    "name": "again"/ } },
  { command: 'list again -o jsonl $VOLCENGINE', expected: { exitCode: 0, stdout: /^\{"name":"again".*\}\n$/ } },
  { command: 'list again -o table $VOLCENGINE', expected: { exitCode: 0, stdout: /^name\tid.*\nagain\t/ } },
  {
    command: 'list again --no-header --columns name,group $VOLCENGINE',
    expected: { exitCode: 0, stdout: /^again\tdefault\n$/ },
  },
  {
    command: 'create cloudy --in-cloud --private-key cloudy.pem $VOLCENGINE',
    expected: { exitCode: 0, files: ['cloudy.pem'] },
  },
  { command: 'create x --private-key no/such/folder.pem $VOLCENGINE', expected: { exitCode: 1, stdout: /^$/ } },
  {
    command: 'create curve --key-type ecdsa --private-key curve.pem --passphrase file:passphrase $ECS',
    expected: { exitCode: 2, stderr: /passphrase cannot be read/ },
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
  {
    command: 'ensure ours --public-key deploy.pub --cloud openstack',
    expected: { exitCode: 0, stdout: /changed\ttrue/ },
  },
  { command: 'list -o name --cloud openstack', expected: { exitCode: 0, stdout: /^ours\n$/ } },
  { command: 'attach ours i-1 --cloud openstack', expected: { exitCode: 1, stderr: /unsupported/ } },
  {
    command: 'list --cloud openstack --region Nowhere',
    expected: { exitCode: 1, stderr: /hint: The regions are RegionOne/ },
  },
  {
    command: 'doctor --cloud openstack -o jsonl',
    expected: { exitCode: 0, stdout: /"credentials","status":"ok"[^]*"owner","status":"ok"[^]*"region","status":"ok"/ },
  },
  { command: 'delete ours --cloud openstack', expected: { exitCode: 0, stdout: /ours/ } },
  { command: 'attach ours ins-9 $TENCENT', expected: { exitCode: 1, stderr: /unsupported/ } },
  { command: 'attach deploy i-1 i-9 $VOLCENGINE', expected: { exitCode: 3, stdout: /i-9\tfailed.*not-found/ } },
  { command: 'attach deploy i-9 $VOLCENGINE', expected: { exitCode: 6 } },
  {
    command: 'attach deploy --ids-from - -o jsonl $VOLCENGINE',
    input: 'i-1\ni-2\n',
    expected: { exitCode: 0, stdout: /^\{"id":"i-1".*\n\{"id":"i-2".*\n$/ },
  },
  {
    command: 'which --ids-from ids -o jsonl $VOLCENGINE',
    write: { ids: '# the fleet\ni-1\n\ni-2\n' },
    expected: { exitCode: 0, stdout: /^\{.*"i-1".*\n\{.*"i-2".*\n$/ },
  },
  {
    command: 'which --ids-from ids $VOLCENGINE',
    write: { ids: 'i-1,i-2\n' },
    expected: { exitCode: 2, stderr: /Give one id a line/ },
  },
  { command: 'which --ids-from nothing $VOLCENGINE', expected: { exitCode: 2, stderr: /file nothing cannot be read/ } },
  { command: 'attach deploy --ids-from - $VOLCENGINE', expected: { exitCode: 2, stderr: /has no instance id/ } },
  { command: 'attach deploy $VOLCENGINE', expected: { exitCode: 2, stderr: /no instance is given/ } },
  { command: 'attach deploy i-1 --now $VOLCENGINE', expected: { exitCode: 2, stderr: /restarts 1 instance[^]*--yes/ } },
  { command: 'attach deploy i-1 --yes $VOLCENGINE', expected: { exitCode: 2, stderr: /--now/ } },
  { command: 'attach deploy i-3 --now --yes $VOLCENGINE', expected: { exitCode: 0, stdout: /i-3\tsucceeded/ } },
  {
    command: `attach deploy i-2 --now --yes --check 'test "$CLOUD_KEYPAIR_INSTANCE" = i-2' $VOLCENGINE`,
    expected: { exitCode: 0, stdout: /i-2\tsucceeded/, stderr: /checking i-2/ },
  },
  {
    command: `attach deploy i-2 --now --yes --check 'echo no login >&2; false' $VOLCENGINE`,
    expected: { exitCode: 3, stdout: /i-2\tfailed.*aborted/, stderr: /resume attach-/ },
  },
  { command: 'resume --yes $VOLCENGINE', expected: { exitCode: 2, stderr: /Leave out --cloud/ } },
  { command: 'resume --forget', expected: { exitCode: 0 } },
  {
    command: 'attach deploy i-1 $VOLCENGINE',
    fault: { kind: 'reset', commit: false, action: 'AttachKeyPair', times: Infinity },
    expected: { exitCode: 0 },
  },
  {
    command: 'attach pub i-1 --timeout 20s $VOLCENGINE',
    fault: { kind: 'reset', commit: false, action: 'AttachKeyPair', times: Infinity },
    expected: { exitCode: 5, stdout: /i-1\tunknown/, stderr: /hint: / },
  },
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
  {
    command: 'create curved --private-key curved.pem --key-type ecdsa $ECS',
    expected: { exitCode: 0, files: ['curved.pem'] },
  },
  { command: 'attach curved i-1 $ECS', expected: { exitCode: 0 } },
  {
    command:
      'rotate curved curved-2 --private-key curved-2.pem --key-type ecdsa --passphrase env:PASS --check "test -s \\$CLOUD_KEYPAIR_PRIVATE_KEY" --yes $ECS',
    environment: { PASS: 'secret-of-the-script' },
    expected: { exitCode: 0, stdout: /i-1\tsucceeded/, files: ['curved-2.pem'] },
  },
  {
    command: 'rotate curved-2 curved-3 --private-key curved-3.pem --key-type ed25519 --passphrase env:HOME --yes $ECS',
    expected: { exitCode: 2, stderr: /ed25519 key is not saved with a passphrase/ },
  },
  { command: 'plan rotate curved-2 curved-3 -o json $ECS > rotation.json', expected: { exitCode: 0 } },
  { command: 'apply rotation.json --yes', expected: { exitCode: 2, stderr: /no new key is given/ } },
  {
    command: 'apply rotation.json --private-key curved-3.pem --key-type ecdsa --passphrase file:- --yes',
    input: 'secret-of-the-script\n',
    expected: { exitCode: 0, stdout: /i-1\tsucceeded/, files: ['curved-3.pem'] },
  },
  {
    command: 'apply rotation.json --private-key curved-4.pem --yes',
    expected: { exitCode: 1, stderr: /not as it was planned for/ },
  },
  {
    command: 'create long --private-key long.pem --passphrase file:- $ECS',
    input: 'p'.repeat(2000),
    expected: { exitCode: 2, stderr: /passphrase in the standard input cannot be used[^]*hint: / },
  },
  { command: 'which i-1 $AWS', expected: { exitCode: 1, stderr: /unsupported[^]*hint: / } },
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
  ...['volcengine', 'alibaba-ecs', 'alibaba-ens', 'aws', 'tencent'].map((cloud) => ({
    command: `simulator --cloud ${cloud} -o json > ${cloud}.json & until grep -q url ${cloud}.json; do sleep 0.1; done; url=$(grep -o 'http://[^"]*' ${cloud}.json | head -n 1); cloud-keypair list --cloud ${cloud} --endpoint $url -o json; kill $!; wait $!`,
    environment: {
      VOLCENGINE_REGION: 'cn-beijing',
      ALIBABA_CLOUD_REGION_ID: 'cn-hangzhou',
      AWS_REGION: 'eu-central-1',
      TENCENTCLOUD_REGION: 'ap-guangzhou',
      VOLCENGINE_ACCESS_KEY: 'simulator-access-key',
    },
    expected: { exitCode: 0, stdout: /^\[\]\n$/ },
  })),
  {
    command:
      'simulator -o jsonl > simulators.json & until grep -q openstack simulators.json; do sleep 0.1; done; kill $!; wait $!; cat simulators.json',
    expected: { exitCode: 0, stdout: /"volcengine"[^]*"alibaba-ens"[^]*"aws"[^]*"tencent"[^]*"openstack"/ },
  },
]
