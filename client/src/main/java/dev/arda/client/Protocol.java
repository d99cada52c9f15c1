package dev.arda.client;

import io.grpc.ClientInterceptor;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.util.Map;
import java.util.Optional;

/** What a client says of itself with every call. */
public final class Protocol {

  /**
   * The version of the protocol that this client speaks; it is part of the names of the daemon's
   * files.
   */
  public static final int VERSION = 1;

  static final Metadata.Key<String> PROTOCOL = key("arda-protocol");
  static final Metadata.Key<String> CLIENT = key("arda-client");

  private Protocol() {}

  /** The version of arda; {@code development} where it does not run from its jar. */
  public static String clientVersion() {
    return Optional.ofNullable(Protocol.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** The headers that say it. */
  static Map<String, String> headers() {
    return Map.of(PROTOCOL.name(), Integer.toString(VERSION), CLIENT.name(), clientVersion());
  }

  static ClientInterceptor interceptor() {
    var metadata = new Metadata();
    headers().forEach((name, value) -> metadata.put(key(name), value));
    return MetadataUtils.newAttachHeadersInterceptor(metadata);
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
