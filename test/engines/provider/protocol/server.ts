import { join } from 'node:path';
import { loadPackageDefinition, sendUnaryData, Server, ServerCredentials, ServerUnaryCall, status } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { Problem } from '../platform';
import { InMemoryProvider } from '../provider';
import { wireSchema } from '../schema/schema';
import { decodeValue, encodeValue } from './dynamic-value';

type Message = any;
type Handlers = { readonly [method: string]: (request: Message) => Message };

const MESSAGE_BYTES = 256 << 20;

/** Serves a provider over protocol 6 on a unix socket. */
export async function serve(provider: InMemoryProvider, socket: string): Promise<void> {
  const definition = loadSync(join(__dirname, 'tfplugin6.proto'), { keepCase: true, longs: Number, enums: String, defaults: true });
  const { tfplugin6 } = loadPackageDefinition(definition) as Message;
  const server = new Server({ 'grpc.max_receive_message_length': MESSAGE_BYTES, 'grpc.max_send_message_length': MESSAGE_BYTES });
  const answers = Object.entries(handlers(provider)).map(([method, handler]) => [method, answering(handler)]);
  server.addService(tfplugin6.Provider.service, Object.fromEntries(answers));
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) => (error ? reject(error) : resolve()));
  });
}

function answering(handler: (request: Message) => Message) {
  return (call: ServerUnaryCall<Message, Message>, respond: sendUnaryData<Message>) => {
    try {
      respond(null, handler(call.request));
    } catch (error) {
      respond({ code: status.INTERNAL, message: (error as Error).stack });
    }
  };
}

function handlers(provider: InMemoryProvider): Handlers {
  return {
    GetProviderSchema: () => ({
      provider: wireSchema(provider.settingsSchema),
      resource_schemas: Object.fromEntries(provider.schemas.map((schema) => [schema.type, wireSchema(schema)])),
    }),
    ValidateProviderConfig: () => ({}),
    ConfigureProvider: ({ config }) => {
      provider.configure(decodeValue(config) ?? {});
      return {};
    },
    ValidateResourceConfig: ({ type_name: type, config }) => {
      const problems = provider.validate(type, decodeValue(config) ?? {});
      return { diagnostics: problems.map(diagnostic) };
    },
    // States are of this schema, always.
    UpgradeResourceState: ({ raw_state: state }) => ({ upgraded_state: { json: state.json } }),
    ReadResource: ({ type_name: type, current_state: state }) => {
      const found = provider.read(type, decodeValue(state) ?? {});
      return { new_state: encodeValue(found) };
    },
    PlanResourceChange: ({ type_name: type, prior_state: prior, proposed_new_state: proposed }) => {
      const { planned, replacedBy } = provider.plan(type, decodeValue(prior), decodeValue(proposed));
      return { planned_state: encodeValue(planned), requires_replace: replacedBy.map(attributePath) };
    },
    ApplyResourceChange: ({ type_name: type, prior_state: prior, planned_state: planned }) => {
      const { state, problems } = provider.apply(type, decodeValue(prior), decodeValue(planned));
      return { new_state: encodeValue(state), diagnostics: problems.map(diagnostic) };
    },
    ImportResourceState: ({ type_name: type, id }) => {
      const state = provider.world.get(type, id);
      if (!state) return { diagnostics: [diagnostic({ summary: 'NotFound', detail: `There is no ${type} with the ID "${id}".` })] };
      return { imported_resources: [{ type_name: type, state: encodeValue(state) }] };
    },
    StopProvider: () => ({}),
  };
}

function diagnostic({ summary, detail, attribute }: Problem): Message {
  return { severity: 'ERROR', summary, detail, ...(attribute && { attribute: attributePath(attribute) }) };
}

/** The attribute, or the block that it is in: Terraform takes no path into all blocks of a list. */
function attributePath(path: string): Message {
  return { steps: [{ attribute_name: path.split('.')[0] }] };
}
