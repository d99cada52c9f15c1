package dev.arda.nix.system.source;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.HostKind;
import dev.arda.nix.system.Machine;
import dev.arda.nix.system.source.FlakeSources.Source;
import dev.arda.nix.system.source.HostRemover.Left;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The hosts of a flake that stay when one is taken out, as they were before.
 *
 * @param source the flake
 * @param host the one that is taken out
 * @param before all of them
 * @param whole those of which the whole system could be evaluated, and is to be afterwards
 */
record OtherHosts(Source source, String host, List<Host> before, List<String> whole) {

  private static final String SYSTEM = "config.system.build.toplevel.drvPath";
  private static final int MOST_SYSTEMS = 10;

  /** Copies the lists. */
  OtherHosts {
    before = List.copyOf(before);
    whole = List.copyOf(whole);
  }

  /**
   * Evaluates them.
   *
   * @param shortened the text of {@code flake.nix} without the host
   * @param naming what names it in the files of the flake
   * @param gone its files
   */
  static OtherHosts of(
      Source source,
      String host,
      String shortened,
      NamingFiles naming,
      List<java.nio.file.Path> gone,
      ProgressListener progress) {
    var before = source.all(progress);
    var mentions = naming.mentions(gone);
    var result = new OtherHosts(source, host, before, List.of());
    var whole = new ArrayList<String>();
    for (var other : before) {
      if (whole.size() < MOST_SYSTEMS
          && !mentions.isEmpty()
          && !other.name().equals(host)
          && other.kind() == HostKind.NIXOS
          && HostName.isOne(other.name())
          && result.names(other.name(), shortened, mentions)
          && result.trouble(other.name()).isEmpty()) {
        whole.add(other.name());
      }
    }
    return new OtherHosts(source, host, before, whole);
  }

  /** Whether the entry or a file of another host names the one that is taken out. */
  private boolean names(String other, String text, List<HostRemover.Mention> mentions) {
    try {
      var entries =
          FlakeText.of(text).minus(other).cuts().stream().map(FlakeText.Cut::text).toList();
      var word = NixText.word(host);
      return entries.stream().anyMatch(entry -> word.matcher(entry).find())
          || HostPlaces.of(source.directory(), text).belongings(other, entries).stream()
              .anyMatch(own ->
                  mentions.stream()
                      .anyMatch(
                          mention -> source.directory().resolve(mention.file()).startsWith(own)));
    } catch (UnreadableException e) {
      return false;
    }
  }

  private Optional<NixException> trouble(String other) {
    try {
      new Machine(
              source.hosts().flakes(), source.context(), source.reference(), new HostName(other))
          .select(SYSTEM);
      return Optional.empty();
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  /**
   * Checks that the host is gone and nothing else is, nor has become worse.
   *
   * @param left files that were left since something else uses them
   * @throws SystemException {@code HOST_SOURCE_REFUSED}, with what is not as it should be
   */
  void check(List<Left> left, ProgressListener progress) {
    List<Host> now;
    try {
      now = source.all(progress);
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      throw refused(
          "Without %s the flake could not be evaluated, so nothing was removed: %s"
              .formatted(host, e.getMessage()),
          e);
    }
    var remaining = now.stream().filter(one -> one.name().equals(host)).findFirst();
    if (remaining.isPresent()) {
      throw refused(
          "%s would still be there, as %s, so nothing was removed. It is made elsewhere; remove it there by hand.%s"
              .formatted(
                  host,
                  String.join(" and ", remaining.get().definitions()),
                  HostRemover.why(left)));
    }
    var lost = new TreeSet<String>();
    before.forEach(one -> lost.add(one.name()));
    now.forEach(one -> lost.remove(one.name()));
    lost.remove(host);
    if (!lost.isEmpty()) {
      throw refused(
          "With %s the flake would lose %s, so nothing was removed."
              .formatted(host, String.join(", ", lost)));
    }
    var sound = new TreeSet<String>();
    before.stream().filter(one -> one.failure().isEmpty()).map(Host::name).forEach(sound::add);
    now.stream()
        .filter(one -> one.failure().isPresent() && sound.contains(one.name()))
        .findFirst()
        .ifPresent(broken -> {
          throw broken(broken.name(), broken.failure().get());
        });
    for (var other : whole) {
      trouble(other)
          .ifPresent(failure -> {
            throw broken(other, failure);
          });
    }
  }

  private SystemException broken(String other, NixException failure) {
    return refused(
        "Without %s, %s could not be evaluated any more, so nothing was removed: %s"
            .formatted(host, other, failure.getMessage()),
        failure);
  }

  private SystemException refused(String message) {
    return new SystemException(
        Reason.HOST_SOURCE_REFUSED, message, Details.NONE.with("host", host));
  }

  private SystemException refused(String message, NixException cause) {
    return new SystemException(
        Reason.HOST_SOURCE_REFUSED,
        message,
        cause.nixError().map(Details.NONE.with("host", host)::with).orElse(Details.NONE));
  }
}
