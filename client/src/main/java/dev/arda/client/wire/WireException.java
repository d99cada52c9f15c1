package dev.arda.client.wire;

import java.io.IOException;

/** The other side broke the protocol, in a way that nothing more can be read from it. */
final class WireException extends IOException {

  private static final long serialVersionUID = 1;

  /** Codes of RFC 9113, section 7. */
  static final int PROTOCOL_ERROR = 1;

  static final int FLOW_CONTROL_ERROR = 3;
  static final int FRAME_SIZE_ERROR = 6;
  static final int CANCEL = 8;
  static final int COMPRESSION_ERROR = 9;

  private final int code;

  WireException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** What to tell the other side. */
  int code() {
    return code;
  }
}
