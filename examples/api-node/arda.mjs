// arda's API for Node, made of its .proto files when the program starts. See README.md.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Where the .proto files are: in a checkout beside this folder, or where ARDA_PROTO_DIR says. */
const protoDirectory = process.env.ARDA_PROTO_DIR ?? join(here, '../../proto/src/main/protobuf');

const definition = protoLoader.loadSync(
  ['build.proto', 'daemon.proto', 'operation.proto', 'selection.proto'].map((file) => `arda/v1/${file}`),
  {
    includeDirs: [protoDirectory, join(here, 'proto')],
    // Numbers of 64 bits do not fit into those of JavaScript.
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  },
);
const errors = protobuf.loadSync(join(here, 'proto/google/rpc/status.proto'));
const { v1 } = grpc.loadPackageDefinition(definition).arda;

/** The socket of the daemon; `arda daemon start` says that there is one. */
function socket() {
  const runtime =
    process.env.ARDA_RUNTIME_DIR ??
    (process.env.XDG_RUNTIME_DIR
      ? join(process.env.XDG_RUNTIME_DIR, 'arda')
      : join(process.env.TMPDIR ?? '/tmp', `arda-${process.getuid()}`));
  return JSON.parse(readFileSync(join(runtime, 'daemon-1.json'), 'utf8')).socket;
}

/** A connection of its own, with a client for each service. */
export function connect() {
  const address = `unix:${socket()}`;
  const credentials = grpc.credentials.createInsecure();
  // Without this, clients of one address share a connection, and closing one leaves the others open.
  const options = { 'grpc.use_local_subchannel_pool': 1 };
  const clients = {
    selections: new v1.SelectionService(address, credentials, options),
    builds: new v1.BuildService(address, credentials, options),
    operations: new v1.OperationService(address, credentials, options),
  };
  return { ...clients, close: () => Object.values(clients).forEach((client) => client.close()) };
}

/** Sent with each call: which protocol this program speaks, and who it is. */
export function metadata() {
  const result = new grpc.Metadata();
  result.set('arda-protocol', '1');
  result.set('arda-client', 'api-node/1');
  return result;
}

/** What each request says about the shell that it comes from. */
export function context() {
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (/^(PATH|HOME|NIX_.*|ARDA_.*|CLAN_.*|XDG_.*)$/.test(name)) {
      env[name] = value;
    }
  }
  return { cwd: process.cwd(), env };
}

/** The reason of a failed call, one word in capitals from docs/api.md; undefined where arda gave none. */
export function reason(error) {
  const [bytes] = error.metadata?.get('grpc-status-details-bin') ?? [];
  const details = bytes ? errors.lookupType('google.rpc.Status').decode(bytes).details : [];
  const info = details.find((detail) => detail.type_url.endsWith('/google.rpc.ErrorInfo'));
  return info && errors.lookupType('google.rpc.ErrorInfo').decode(info.value).reason;
}
