package dev.arda.lsp.protocol;

import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseError;
import org.eclipse.lsp4j.jsonrpc.messages.ResponseErrorCode;

/** How requests are refused. */
final class Refusal {

  /** {@code RequestFailed} of the protocol, which LSP4J has no name for. */
  private static final int REQUEST_FAILED = -32803;

  private Refusal() {}

  /** The request does not fit the protocol, or not the state of the conversation. */
  static ResponseErrorException of(ResponseErrorCode code, String why) {
    return of(code.getValue(), why);
  }

  /** What came with the request is not what it takes. */
  static ResponseErrorException ofParams(String why) {
    return of(ResponseErrorCode.InvalidParams, why);
  }

  /** The request is right, and cannot be done. */
  static ResponseErrorException ofState(String why) {
    return of(REQUEST_FAILED, why);
  }

  private static ResponseErrorException of(int code, String why) {
    return new ResponseErrorException(new ResponseError(code, why, null));
  }
}
