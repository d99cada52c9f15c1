// Selects a value of a flake, builds a part of it, loses its connection on purpose in the middle, and
// follows the build to its end over another one.
//
//     node main.mjs FLAKE SELECTOR INSTALLABLE
import { randomUUID } from 'node:crypto';
import { connect, context, metadata, reason } from './arda.mjs';

/** The value of a selector. It comes in chunks of bytes, each a part of one JSON text. */
async function select(arda, flake, selector) {
  const chunks = [];
  const request = { context: context(), flake, selectors: [selector] };
  for await (const event of arda.selections.select(request, metadata())) {
    if (event.event === 'chunk') {
      chunks.push(event.chunk.json);
    } else if (event.event === 'result' && event.result.outcome === 'error') {
      throw new Error(event.result.error.message);
    }
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** Prints what an event tells; the operation once it has ended. */
function show({ event }) {
  switch (event.event) {
    case 'accepted':
      console.log(`#${event.sequence} ${event.accepted.operation.name}: ${event.accepted.operation.title}`);
      return undefined;
    case 'update':
      for (const node of event.update.nodes) {
        const kind = node.kind.replace('OPERATION_NODE_KIND_', '').toLowerCase();
        const state = node.state.replace('OPERATION_NODE_STATE_', '').toLowerCase();
        console.log(`#${event.sequence} ${kind} ${node.name}: ${state} ${node.phase}`.trimEnd());
      }
      return undefined;
    case 'gap':
      console.log(`#${event.sequence} (events from #${event.gap.firstMissing} are not kept any more)`);
      return undefined;
    case 'finished':
      return event.finished.operation;
    default:
      return undefined; // a newer daemon tells more
  }
}

/** Starts a build and drops the connection after its first event that tells of a build. */
async function startAndLose(arda, flake, installable) {
  const request = {
    context: context(),
    flake,
    targets: [{ installable }],
    // Asked again with the same one, it is the same build and not a second one.
    requestId: randomUUID(),
    // Else the build would end with the last client that asked for it.
    detached: true,
  };
  let seen = { name: '', sequence: '0' };
  const call = arda.builds.build(request, metadata());
  for await (const response of call) {
    const { event } = response;
    seen = { name: event.accepted?.operation?.name ?? seen.name, sequence: event.sequence };
    if (show(response)) {
      break; // it was done before anything could be lost
    }
    if (event.update?.nodes?.some((node) => node.kind === 'OPERATION_NODE_KIND_BUILD')) {
      console.log(`-- dropping the connection after #${seen.sequence}`);
      break;
    }
  }
  call.on('error', () => {}); // that it was cancelled
  call.cancel();
  arda.close();
  return seen;
}

/** Follows an operation from the event after one that is known. */
async function follow(arda, { name, sequence }) {
  let end;
  for await (const response of arda.operations.watchOperation({ name, afterSequence: sequence }, metadata())) {
    end = show(response) ?? end;
  }
  return end;
}

const [flake, selector, installable] = process.argv.slice(2);
if (!installable) {
  console.error('usage: node main.mjs FLAKE SELECTOR INSTALLABLE');
  process.exit(2);
}
try {
  const first = connect();
  console.log(`${selector} = ${JSON.stringify(await select(first, flake, selector))}`);
  const seen = await startAndLose(first, flake, installable);

  const second = connect();
  console.log(`-- connected again, asking for ${seen.name} after #${seen.sequence}`);
  const end = await follow(second, seen);
  console.log(`${end.name}: ${end.state.replace('OPERATION_STATE_', '').toLowerCase()}`);
  for (const target of end.result.build?.targets ?? []) {
    target.outputs.forEach((output) => console.log(output.path));
  }
  if (end.result.error) {
    console.error(end.result.error.message);
    process.exitCode = 1;
  }
  second.close();
} catch (error) {
  console.error(`${reason(error) ?? 'failed'}: ${error.details ?? error.message}`);
  process.exitCode = 1;
}
