package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.Deadline;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationFilter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** How a command line names an operation: by the beginning of its name, or as the newest. */
final class OpsName {

  private static final String COLLECTION = "operations/";
  private static final int SHOWN = 5;
  private static final int KNOWN = 200;

  private OpsName() {}

  /** How long the daemon may take for a question that needs no Nix. */
  static Deadline deadline() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  /** Adds the argument to a command. */
  static void addTo(CommandSpec spec, boolean required) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .paramLabel("NAME")
            .arity(required ? "1" : "0..1")
            .required(required)
            .index("0")
            .type(String.class)
            .description(
                "The operation, or the beginning of its name as arda ops list shows it."
                    + (required ? "" : " Default: the newest."))
            .build());
  }

  /** The part of a name that people use. */
  static String shortName(Operation operation) {
    return operation.getName().substring(operation.getName().lastIndexOf('/') + 1);
  }

  /**
   * The operation that is meant.
   *
   * @throws ValueException if there is none, or more than one
   */
  static Operation find(ArdaClient client, ParseResult arguments) throws InterruptedException {
    return find(client, arguments.<String>matchedPositionalValue(0, ""));
  }

  /**
   * The operation whose name begins so.
   *
   * @param word empty: the newest
   * @throws ValueException if there is none, or more than one
   */
  static Operation find(ArdaClient client, String word) throws InterruptedException {
    var beginning = word.startsWith(COLLECTION) ? word.substring(COLLECTION.length()) : word;
    var found = list(client, COLLECTION + beginning, beginning.isEmpty() ? 1 : SHOWN + 1);
    if (found.isEmpty()) {
      throw new ValueException(
          beginning.isEmpty()
              ? "there are no operations"
              : "there is no operation %s%s\nthose that are known: arda ops list"
                  .formatted(
                      Style.safe(word),
                      nearest(client, beginning).map("; did you mean %s?"::formatted).orElse("")));
    }
    if (found.size() > 1) {
      throw new ValueException(
          "%s is the beginning of several names:\n%s"
              .formatted(
                  Style.safe(word),
                  found.stream()
                          .limit(SHOWN)
                          .map(o -> shortName(o) + "  " + Style.safe(o.getTitle()))
                          .collect(Collectors.joining("\n"))
                      + (found.size() > SHOWN ? "\n…" : "")));
    }
    return found.getFirst();
  }

  private static Optional<String> nearest(ArdaClient client, String word)
      throws InterruptedException {
    var names = all(client, deadline());
    var same = names.stream().filter(name -> name.equalsIgnoreCase(word)).findFirst();
    return same.or(() -> Similar.nearest(word, names));
  }

  /** Short names, newest first. */
  static List<String> all(ArdaClient client, Deadline deadline) throws InterruptedException {
    return list(client, COLLECTION, KNOWN, deadline).stream().map(OpsName::shortName).toList();
  }

  private static List<Operation> list(ArdaClient client, String prefix, int count)
      throws InterruptedException {
    return list(client, prefix, count, deadline());
  }

  private static List<Operation> list(
      ArdaClient client, String prefix, int count, Deadline deadline) throws InterruptedException {
    return client
        .operations(
            ListOperationsRequest.newBuilder()
                .setPageSize(count)
                .setFilter(OperationFilter.newBuilder().setNamePrefix(prefix))
                .build(),
            deadline)
        .getOperationsList();
  }
}
