// The public API of @cloud-keypair/cli. Made by pnpm documents.
//   InputStream
//   Interruption
//   OutputStream
//   Surroundings
//   main

// surroundings.d.ts
export interface OutputStream {
    write(text: string, done: (lost?: Error | null) => void): unknown;
    readonly writable: boolean;
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
}
export type InputStream = AsyncIterable<string | Uint8Array> & {
    readonly isTTY?: boolean;
};
export type Interruption = 'SIGINT' | 'SIGTERM' | 'SIGHUP';
export interface Surroundings {
    readonly argv: readonly string[];
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly homeDirectory: string | undefined;
    readonly stdin: InputStream;
    readonly stdout: OutputStream;
    readonly stderr: OutputStream;
    readonly isOutputDiscarded?: boolean | undefined;
    onInterruption(listener: (signal: Interruption) => void): () => void;
    readonly confirm?: ((question: string, signal: AbortSignal) => Promise<boolean>) | undefined;
    readonly askSecret?: ((question: string, signal: AbortSignal) => Promise<string | undefined>) | undefined;
    leave(exitCode: number): void;
    readonly clock?: Clock | undefined;
    readonly random?: Random | undefined;
    readonly transport?: HttpTransport | undefined;
}

// command-line.d.ts
export declare function main(given: Surroundings): Promise<ExitCode>;

// exit-codes.d.ts
export declare const exitCodes: {
    readonly 0: 'everything succeeded';
    readonly 1: 'refused or failed, and nothing was changed';
    readonly 2: 'the command line or the configuration is wrong; nothing was changed';
    readonly 3: 'some items failed and others did not, a place of a fleet did not succeed, a change was made in part, or an audit found what --fail-on names';
    readonly 4: 'no credentials, or credentials that lack a permission; nothing was changed';
    readonly 5: 'the outcome is unknown: look at what the cloud has before you repeat the command';
    readonly 6: 'the key pair, the instance or the run does not exist; nothing was changed';
    readonly 75: 'try again later: throttled, busy, unavailable, capacity, time-out, or a network failure that may pass; nothing was changed';
    readonly 129: 'ended by SIGHUP, as a closed terminal sends it, in the same way as by Ctrl-C';
    readonly 130: 'interrupted by Ctrl-C; what is still stopped or unknown is in the output';
    readonly 143: 'ended by SIGTERM, in the same way';
};
export type ExitCode = keyof typeof exitCodes;

// Of other packages:
//   @cloud-keypair/core/http: HttpTransport
//   @cloud-keypair/core: Clock, Random

