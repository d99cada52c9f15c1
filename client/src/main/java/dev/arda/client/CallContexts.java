package dev.arda.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.arda.v1.CallContext;
import dev.arda.v1.NixOptions;
import java.nio.file.Path;
import java.util.Map;

/** Says what the daemon must know about the shell that a question comes from. */
public final class CallContexts {

  /** Numbers of the fields of every entry of a map in protobuf. */
  private static final int ENTRY_KEY = 1;

  private static final int ENTRY_VALUE = 2;

  private final Environment environment;

  /** For one shell. */
  public CallContexts(Environment environment) {
    this.environment = environment;
  }

  /**
   * The context of a question: the working directory, the {@code nix} that the shell would run, and
   * the variables that may matter. Where there is no {@code nix} the field stays empty and the
   * daemon says so.
   *
   * @param options options from the command line
   */
  public CallContext context(NixOptions options) {
    return CallContext.newBuilder()
        .setCwd(environment.cwd().toString())
        .setNixProgram(nix())
        .setOptions(options)
        .putAllEnv(variables(options))
        .build();
  }

  /**
   * The same, as the unknown fields of a request whose context is the field of that number. Reads
   * no descriptors: a generated message with a map needs them, and they take a command longer than
   * all the rest of asking.
   */
  public UnknownFieldSet contextField(int number, NixOptions options) {
    var context =
        UnknownFieldSet.newBuilder()
            .addField(CallContext.CWD_FIELD_NUMBER, text(environment.cwd().toString()))
            .addField(CallContext.NIX_PROGRAM_FIELD_NUMBER, text(nix()))
            .addField(CallContext.OPTIONS_FIELD_NUMBER, bytes(options.toByteString()))
            .addField(CallContext.ENV_FIELD_NUMBER, map(variables(options)))
            .build();
    return UnknownFieldSet.newBuilder().addField(number, bytes(context.toByteString())).build();
  }

  private String nix() {
    return environment.program("nix").map(Path::toString).orElse("");
  }

  /** What may change the answer: of an impure question, everything. */
  private Map<String, String> variables(NixOptions options) {
    return options.getImpure()
        ? environment.variables()
        : CallerEnvironment.allowed(environment.variables());
  }

  private static UnknownFieldSet.Field map(Map<String, String> map) {
    var entries = UnknownFieldSet.Field.newBuilder();
    map.forEach((key, value) -> {
      var entry =
          UnknownFieldSet.newBuilder()
              .addField(ENTRY_KEY, text(key))
              .addField(ENTRY_VALUE, text(value))
              .build();
      entries.addLengthDelimited(entry.toByteString());
    });
    return entries.build();
  }

  private static UnknownFieldSet.Field text(String text) {
    return bytes(ByteString.copyFromUtf8(text));
  }

  private static UnknownFieldSet.Field bytes(ByteString bytes) {
    return UnknownFieldSet.Field.newBuilder().addLengthDelimited(bytes).build();
  }
}
