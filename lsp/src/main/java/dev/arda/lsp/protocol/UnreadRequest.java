package dev.arda.lsp.protocol;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseMessage;

/**
 * A request that is JSON, but of a form that LSP4J does not read, such as one with several params
 * in a list. Who sent it waits for an answer with its number.
 */
record UnreadRequest(JsonPrimitive id) {

  /** Reads it; empty if it is no request. */
  static Optional<UnreadRequest> in(byte[] body) {
    try {
      return JsonParser.parseString(new String(body, StandardCharsets.UTF_8))
                  instanceof JsonObject message
              && message.get("id") instanceof JsonPrimitive id
              && message.has("method")
          ? Optional.of(new UnreadRequest(id))
          : Optional.empty();
    } catch (JsonParseException _) {
      return Optional.empty();
    }
  }

  /** What is answered. */
  ResponseMessage refusal() {
    var response = new ResponseMessage();
    if (id.isNumber()) {
      response.setId(id.getAsInt());
    } else {
      response.setId(id.getAsString());
    }
    response.setError(
        new ResponseError(ResponseErrorCode.InvalidParams, "the params are not an object", null));
    return response;
  }
}
