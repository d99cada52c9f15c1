package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.client.ArdaException;
import dev.arda.client.Deadline;
import dev.arda.client.Failure;
import dev.arda.v1.ListOperationsRequest;
import dev.arda.v1.Operation;
import dev.arda.v1.OperationFilter;
import dev.arda.v1.OperationKind;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * How a command line names an operation: by the beginning of its name, or as the newest; one host
 * of a deployment by that, a slash, and the name of the host.
 */
final class OpsName {

  private static final String COLLECTION = "operations/";
  private static final String PARTS = "/hosts/";
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
                "The operation, or the beginning of its name as arda ops list shows it; NAME/HOST is"
                    + " one host of a deployment."
                    + (required ? "" : " Default: the newest."))
            .build());
  }

  /** The part of a name that people use. */
  static String shortName(Operation operation) {
    return shortName(operation.getName());
  }

  /** The same, of a name. */
  static String shortName(String name) {
    return Style.safe(
        name.startsWith(COLLECTION)
            ? name.substring(COLLECTION.length()).replaceFirst(PARTS, "/")
            : name);
  }

  /**
   * The operation that is meant.
   *
   * @throws ArdaException if there is none, or more than one
   */
  static Operation find(ArdaClient client, ParseResult arguments) throws InterruptedException {
    return find(client, arguments.<String>matchedPositionalValue(0, ""));
  }

  /**
   * The operation whose name begins so.
   *
   * @param word empty: the newest
   * @throws ArdaException if there is none, or more than one
   */
  static Operation find(ArdaClient client, String word) throws InterruptedException {
    var beginning = word.startsWith(COLLECTION) ? word.substring(COLLECTION.length()) : word;
    int slash = beginning.indexOf('/');
    if (slash > 0) {
      return part(
          client,
          find(client, beginning.substring(0, slash)),
          beginning.substring(slash + 1).replaceFirst("^hosts/", ""));
    }
    var found = list(client, COLLECTION + beginning, beginning.isEmpty() ? 1 : SHOWN + 1);
    if (found.isEmpty()) {
      throw notFound(
          beginning.isEmpty()
              ? "there are no operations"
              : "there is no operation %s%s\nthose that are known: arda ops list"
                  .formatted(
                      Style.safe(word),
                      nearest(client, beginning).map("; did you mean %s?"::formatted).orElse("")));
    }
    if (found.size() > 1) {
      throw notFound(
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

  private static ArdaException notFound(String message) {
    return new ArdaException(Failure.local(Status.Code.NOT_FOUND, "OPERATION_NOT_FOUND", message));
  }

  /** One host of a deployment. */
  private static Operation part(ArdaClient client, Operation whole, String host)
      throws InterruptedException {
    var exact =
        client.operations(
            ListOperationsRequest.newBuilder()
                .setFilter(OperationFilter.newBuilder().setParent(whole.getName()).addHosts(host))
                .build(),
            deadline());
    if (exact.getOperationsCount() == 1) {
      return exact.getOperations(0);
    }
    var hosts =
        whole.getKind() == OperationKind.OPERATION_KIND_DEPLOY
            ? whole.getHostsList()
            : List.<String>of();
    throw notFound(
        hosts.isEmpty()
            ? "%s is no deployment, and has no hosts: %s"
                .formatted(shortName(whole), Style.safe(whole.getTitle()))
            : "%s has no host %s%s\nthose that it has: arda ops list --of %s"
                .formatted(
                    shortName(whole),
                    Style.safe(host),
                    Similar.nearest(host, hosts)
                        .map(Style::safe)
                        .map("; did you mean %s?"::formatted)
                        .orElse(""),
                    shortName(whole)));
  }

  private static Optional<String> nearest(ArdaClient client, String word)
      throws InterruptedException {
    var names = all(client, "", deadline());
    var same = names.stream().filter(name -> name.equalsIgnoreCase(word)).findFirst();
    return same.or(() -> Similar.nearest(word, names));
  }

  /**
   * What a word can become: short names, newest first, or the hosts of the deployment before its
   * slash.
   */
  static List<String> all(ArdaClient client, String word, Deadline deadline)
      throws InterruptedException {
    int slash = word.indexOf('/');
    if (slash > 0) {
      var whole = list(client, COLLECTION + word.substring(0, slash), 2, deadline);
      return whole.size() == 1 && whole.getFirst().getKind() == OperationKind.OPERATION_KIND_DEPLOY
          ? whole.getFirst().getHostsList().stream()
              .map(host -> word.substring(0, slash + 1) + host)
              .toList()
          : List.of();
    }
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
