package dev.arda.client.cli.view;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.arda.v1.NixError;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.SelectorError;
import java.util.List;
import java.util.function.Consumer;

/**
 * Prints each event as one line of JSON, by the JSON mapping of protocol buffers: names in camel
 * case, 64-bit numbers as strings, times as RFC 3339, what is zero or empty left out.
 */
public final class JsonPrinter implements OperationPrinter {

  private static final TypeRegistry TYPES =
      TypeRegistry.newBuilder()
          .add(
              List.of(
                  ErrorInfo.getDescriptor(),
                  BadRequest.getDescriptor(),
                  RetryInfo.getDescriptor(),
                  NixError.getDescriptor(),
                  SelectorError.getDescriptor()))
          .build();

  private static final JsonFormat.Printer FORMAT =
      JsonFormat.printer().omittingInsignificantWhitespace().usingTypeRegistry(TYPES);

  private final Consumer<String> output;

  /**
   * A printer.
   *
   * @param output gets each line, without a line break
   */
  public JsonPrinter(Consumer<String> output) {
    this.output = output;
  }

  /** A message as one line of JSON. */
  public static String json(Message message) {
    // A newer daemon may attach details of a kind that this client does not know. The message
    // without them says more than no message.
    try {
      return FORMAT.print(KnownDetails.of(message, TYPES));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot be written as JSON", e);
    }
  }

  @Override
  public void show(OperationEvent event) {
    output.accept(json(event));
  }

  @Override
  public void say(String text) {
    // Programs read events, and their own words.
  }

  @Override
  public void close() {
    // Everything has been printed.
  }
}
