package dev.arda.lsp.feature;

import java.util.ArrayList;
import java.util.List;

/** What can be done with a host or user from an editor. */
public enum Deed {
  /** Builds its system or environment. */
  BUILD("Build", "arda.build"),
  /** Builds, and tells what would change. */
  DIFF("Diff", "arda.diff"),
  /** Brings a host to its configuration. */
  DEPLOY("Deploy", "arda.deploy"),
  /** Brings a user's environment to its configuration, on this machine. */
  APPLY("Apply", "arda.apply");

  private final String title;
  private final String command;

  Deed(String title, String command) {
    this.title = title;
    this.command = command;
  }

  /** For a button. */
  public String title() {
    return title;
  }

  /** Its name in the protocol. */
  public String command() {
    return command;
  }

  /** Whether it changes a machine, so that a person is asked first. */
  public boolean changes() {
    return this == DEPLOY || this == APPLY;
  }

  /** Those that there are for hosts, or for users. */
  public static List<Deed> of(Kind kind) {
    return switch (kind) {
      case HOST -> List.of(BUILD, DIFF, DEPLOY);
      case USER -> List.of(BUILD, DIFF, APPLY);
      case ACCOUNT, TAG, ROLE, OUTPUT, INPUT, PACKAGE, SYSTEM, ATTRIBUTE -> List.of();
    };
  }

  /**
   * One of them, at a place.
   *
   * @param name of the host or user
   * @param start offset where it is named
   * @param end offset behind that
   */
  public record Offer(Deed deed, Kind kind, String name, int start, int end) {}

  /** What can be done with the hosts and users that a document defines. */
  public static List<Offer> in(Scope scope) {
    var result = new ArrayList<Offer>();
    for (var symbol : Symbols.in(scope)) {
      for (var deed : of(symbol.kind())) {
        result.add(new Offer(deed, symbol.kind(), symbol.name(), symbol.start(), symbol.end()));
      }
    }
    return result;
  }

  /**
   * What can be done with the host or user that is named at a place.
   *
   * @param offset in UTF-16 code units
   */
  public static List<Offer> at(Scope scope, int offset) {
    return References.at(scope, offset).stream()
        .flatMap(subject ->
            of(subject.kind()).stream()
                .map(deed ->
                    new Offer(
                        deed, subject.kind(), subject.name(), subject.start(), subject.end())))
        .toList();
  }
}
