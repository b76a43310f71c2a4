// The public API of @cloud-keypair/opentelemetry. Made by pnpm documents.
//   TelemetryOptions
//   startTelemetry

// start-telemetry.d.ts
export interface TelemetryOptions {
    readonly tracerProvider?: TracerProvider | undefined;
    readonly meterProvider?: MeterProvider | undefined;
}
export declare function startTelemetry(options?: TelemetryOptions): () => void;

// Of other packages:
//   @opentelemetry/api: MeterProvider, TracerProvider

