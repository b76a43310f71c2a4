import { codeOf } from './transport-error.js'

/** The facts of a failed connection, besides the sentence with its reason. */
interface Advice {
  /** True if no later attempt succeeds until somebody changes something: a name, a certificate, a proxy. */
  readonly permanent?: boolean
  readonly hint?: string
}

/** An error in making a connection. Its message is ours: it holds nothing of a request, and no password. */
export class ConnectError extends Error {
  readonly permanent: boolean
  readonly hint: string | undefined

  constructor(message: string, { permanent = false, hint }: Advice = {}) {
    super(message)
    this.permanent = permanent
    this.hint = hint
  }
}

/** Explains why a host did not connect. */
export function hostError(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error
  const code = codeOf(error)
  return new ConnectError(sentenceOf(code), adviceOn(code))
}

/** Explains why a proxy did not connect. */
export function proxyError(error: unknown, proxy: string, from: string): ConnectError {
  const code = codeOf(error)
  const sentence = `the proxy ${proxy} cannot be reached (${sentenceOf(code)})`
  const advice = adviceOn(code)
  return new ConnectError(sentence, isCertificateCode(code) ? advice : { ...advice, hint: `Check ${from}.` })
}

/** Explains why a proxy opened no tunnel. */
export function tunnelError(status: number, proxy: string, from: string): ConnectError {
  return new ConnectError(`the proxy ${proxy} refused the tunnel with status ${status}`, {
    // It asks for something else (4xx), or it fails at the moment (5xx).
    permanent: status < 500 && ![408, 425, 429].includes(status),
    hint: tunnelHint(status, from),
  })
}

function tunnelHint(status: number, from: string): string {
  if (status === 407) return `Check the user name and the password in ${from}.`
  if (status === 403) return `Ask who runs the proxy of ${from} to let this host through, or name the host in NO_PROXY.`
  return `Check ${from}.`
}

function sentenceOf(code: string): string {
  if (code === 'ENOTFOUND') return 'no name server knows this host, ENOTFOUND'
  if (isPlainCode(code)) return `the server does not speak TLS there, ${code}`
  return isCertificateCode(code) ? `the certificate of the server is not accepted, ${code}` : code
}

function adviceOn(code: string): Advice {
  if (code === 'ENOTFOUND') return { permanent: true, hint: 'Check the region and the endpoint.' }
  if (isPlainCode(code)) return { permanent: true, hint: 'Check the endpoint: its scheme and its port.' }
  if (code === 'ECONNREFUSED')
    return { hint: 'Check the network of this machine and the endpoint: no server listens at this port.' }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return { hint: 'Check the network of this machine. If it needs a proxy, set HTTPS_PROXY.' }
  }
  return isCertificateCode(code) ? { permanent: true, hint: certificateHint(code) } : {}
}

function certificateHint(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'Check the endpoint: the certificate is of another host.'
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return 'Check the clock of this machine.'
  return 'If a proxy or gateway on the way signs it, put the certificate of its authority into the file that NODE_EXTRA_CA_CERTS names, or into the option certificateAuthorities.'
}

/** True if the code is of nodejs.org/api/tls.html#x509-certificate-error-codes, or of a certificate of another host. */
function isCertificateCode(code: string): boolean {
  return (
    /^(?!ERR_SSL_).*CERT/.test(code) ||
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'INVALID_CA', 'PATH_LENGTH_EXCEEDED', 'INVALID_PURPOSE'].includes(code)
  )
}

/** True if OpenSSL reports an answer that is not TLS, or a version of TLS that one side does not have. */
function isPlainCode(code: string): boolean {
  return (
    code === 'EPROTO' ||
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNSUPPORTED_PROTOCOL|\w+_ALERT_PROTOCOL_VERSION|\w+_ALERT_HANDSHAKE_FAILURE)$/.test(
      code,
    )
  )
}
