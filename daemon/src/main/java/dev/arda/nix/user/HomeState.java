package dev.arda.nix.user;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a home.
 *
 * @param user login name
 * @param home absolute home directory
 * @param profile absolute path of home-manager's profile, which may not be there yet
 * @param generations its generations, oldest first
 * @param last the last activation by arda; empty: there was none
 * @param hasSecrets whether arda put secrets there
 */
public record HomeState(
    String user,
    String home,
    String profile,
    List<Generation> generations,
    Optional<LastActivation> last,
    boolean hasSecrets) {

  /** Copies the list. */
  public HomeState {
    generations = List.copyOf(generations);
  }

  /**
   * The last activation that arda began, whatever became of the arda that did.
   *
   * @param record name of its record
   * @param running whether it goes on
   * @param ending how it ended; empty: it goes on, or was ended from outside
   */
  public record LastActivation(String record, boolean running, Optional<Ending> ending) {}

  /** The current generation. */
  public Optional<Generation> current() {
    return generations.stream().filter(Generation::current).findFirst();
  }

  /** Reads what {@code probe.sh} prints. */
  static HomeState parse(String text) {
    var values = new HashMap<String, String>();
    var status = new HashMap<String, String>();
    var lines = new ArrayList<String[]>();
    for (var line : text.split("\n", -1)) {
      var parts = line.split("\t", -1);
      switch (parts[0]) {
        case "generation" -> lines.add(parts);
        case "status" -> {
          if (parts.length > 2) {
            status.put(parts[1], parts[2]);
          }
        }
        case "" -> {}
        default -> values.put(parts[0], parts.length > 1 ? parts[1] : "");
      }
    }
    var current = values.getOrDefault("current", "");
    var generations = new ArrayList<Generation>();
    for (var parts : lines) {
      if (parts.length == 4 && parts[1].matches("[0-9]{1,15}")) {
        generations.add(
            new Generation(
                Long.parseLong(parts[1]),
                Instant.ofEpochSecond(Ending.number(parts[2])),
                parts[3],
                parts[1].equals(current)));
      }
    }
    generations.sort(Comparator.comparingLong(Generation::number));
    return new HomeState(
        values.getOrDefault("user", ""),
        values.getOrDefault("home", ""),
        values.getOrDefault("profile", ""),
        generations,
        last(values, status),
        values.containsKey("secrets"));
  }

  private static Optional<LastActivation> last(
      Map<String, String> values, Map<String, String> status) {
    return Optional.ofNullable(values.get("last"))
        .map(record ->
            new LastActivation(
                record,
                values.containsKey("running"),
                status.isEmpty() ? Optional.empty() : Optional.of(Ending.of(status))));
  }
}
