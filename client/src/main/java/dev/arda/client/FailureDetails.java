package dev.arda.client;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Parser;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The details of a {@code google.rpc.Status}. Reads them by their names and fields: {@code Any.is}
 * and maps would first build the descriptors of all messages of their files, which takes longer
 * than everything else about an error.
 */
final class FailureDetails {

  /**
   * {@code google.rpc.ErrorInfo}.
   *
   * @param reason one word in capitals
   * @param metadata further facts, by name
   */
  record Info(String reason, Map<String, String> metadata) {

    /** The name of the message. */
    static final String NAME = "google.rpc.ErrorInfo";

    private static final int REASON = 1;
    private static final int METADATA = 3;
  }

  private static final int KEY = 1;
  private static final int VALUE = 2;

  private final List<Any> details;

  FailureDetails(List<Any> details) {
    this.details = details;
  }

  /** The reason of it all; empty if there is none that can be read. */
  Optional<Info> info() {
    return bytes(Info.NAME).flatMap(bytes -> readable(() -> info(bytes.newCodedInput())));
  }

  /**
   * The first detail of a kind; empty if there is none that can be read.
   *
   * @param name full name of the message
   */
  <T> Optional<T> get(String name, Parser<T> parser) {
    return bytes(name).flatMap(bytes -> readable(() -> parser.parseFrom(bytes)));
  }

  private Optional<ByteString> bytes(String name) {
    for (var detail : details) {
      if (detail.getTypeUrl().endsWith("/" + name)) {
        return Optional.of(detail.getValue());
      }
    }
    return Optional.empty();
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  /** A detail that cannot be read is worth less than the message it accompanies. */
  private static <T> Optional<T> readable(Reading<T> reading) {
    try {
      return Optional.of(reading.read());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Info info(CodedInputStream in) throws IOException {
    var reason = "";
    var metadata = new HashMap<String, String>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isText(tag, Info.REASON)) {
        reason = in.readStringRequireUtf8();
      } else if (isText(tag, Info.METADATA)) {
        int outer = in.pushLimit(in.readRawVarint32());
        entry(in, metadata);
        in.checkLastTagWas(0);
        in.popLimit(outer);
      } else {
        in.skipField(tag);
      }
    }
    return new Info(reason, metadata);
  }

  private static void entry(CodedInputStream in, Map<String, String> metadata) throws IOException {
    var key = "";
    var value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isText(tag, KEY)) {
        key = in.readStringRequireUtf8();
      } else if (isText(tag, VALUE)) {
        value = in.readStringRequireUtf8();
      } else {
        in.skipField(tag);
      }
    }
    metadata.put(key, value);
  }

  /** Whether a text, or a message, of that number follows. */
  private static boolean isText(int tag, int number) {
    return WireFormat.getTagFieldNumber(tag) == number
        && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
