package dev.arda.client.cli;

import dev.arda.client.ArdaClient;
import dev.arda.v1.Host;
import dev.arda.v1.ListHostsRequest;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** The one word that names a host. */
final class OneHost {

  private OneHost() {}

  /**
   * The word.
   *
   * @throws UsageException if there is none, or more than one
   */
  static String of(ParseResult arguments) {
    var words = Arguments.words(arguments);
    if (words.size() != 1 || words.getFirst().isEmpty()) {
      throw new UsageException("one host is to be named");
    }
    return words.getFirst();
  }

  /**
   * The host that is meant.
   *
   * @param word its name
   * @param question with the flake, and how much is wanted of the host
   * @throws UsageException if the word is not its name, but a tag or pattern
   */
  static Host find(
      Session session, ArdaClient client, String word, ListHostsRequest.Builder question)
      throws InterruptedException {
    var hosts =
        client.hosts(
            question.addSelections(ChosenHosts.isPlain(word) ? '"' + word + '"' : word).build(),
            session.startDeadline());
    var names = hosts.stream().map(Host::getName).toList();
    if (!names.equals(List.of(word))) {
      throw new UsageException(
          "one host is wanted, by its name; %s chooses %d: %s"
              .formatted(Style.safe(word), names.size(), Style.safe(String.join(", ", names))));
    }
    return hosts.getFirst();
  }
}
