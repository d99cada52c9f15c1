package dev.arda.nix.system.source;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.source.FlakeSources.Source;
import dev.arda.nix.system.source.FlakeText.Neighbour;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes hosts: their files, and what {@code flake.nix} needs to know of them. Blocks; interrupting
 * the thread takes everything back.
 *
 * @param sources the flakes
 */
public record HostCreator(FlakeSources sources) {

  private static final Pattern SYSTEM_OF_NEIGHBOUR =
      Pattern.compile("(\\bsystem\\s*=\\s*\")[a-z0-9_]+-(?:linux|darwin)\"");

  /** What a file holds while it is found out whether the host uses it. */
  private static final String BROKEN = "throw \"this file is not ready yet\"\n";

  private static final List<String> KNOWLEDGE = List.of("clan", "core", "machines");

  /**
   * What was made.
   *
   * @param host as the flake has it now
   * @param directory of the flake
   * @param files that were made, relative to it
   * @param edited whether {@code flake.nix} was changed
   * @param staged whether the files were added to the git index
   */
  public record Created(
      Host host, Path directory, List<Path> files, boolean edited, boolean staged) {
    /** Copies the list. */
    public Created {
      files = List.copyOf(files);
    }
  }

  /**
   * Makes a host. It is kept only if the flake has it afterwards, with what was wished, and every
   * other host that it had.
   *
   * @throws NixException {@code HOST_EXISTS}; {@code HOST_SOURCE_REFUSED} if there is no place for
   *     it, with the lines that are to be added by hand as {@code hint}; {@code FLAKE_READ_ONLY};
   *     what evaluating says
   */
  public Created create(HostWish wish, ProgressListener progress) {
    return sources.change(wish.context(), wish.flake(), source -> create(source, wish, progress));
  }

  private static Created create(Source source, HostWish wish, ProgressListener progress) {
    var name = wish.name().text();
    var before = source.named(progress).stream().map(Host::name).toList();
    if (before.contains(name)) {
      throw new SystemException(
          Reason.HOST_EXISTS,
          "%s has a host %s already.".formatted(source.reference(), name),
          Details.NONE.with("host", name));
    }
    var text = source.flakeText();
    var flake = read(text);
    var places = HostPlaces.of(source.directory(), text);
    var layout = layout(source, wish, flake).orElseGet(() -> places.layout(before));
    var wiring = new Wiring(source, wish, before, layout, text, flake);
    try (var change = source.change()) {
      var files = new HostTemplates(source.directory(), before, places).files(wish, layout);
      files.values().forEach(file -> wish.checkName(new String(file, StandardCharsets.UTF_8)));
      files.forEach(change::create);
      stage(source, change);
      var edited = wiring.name(change, progress);
      var host = wiring.know(change, edited, progress);
      change.keep();
      return new Created(
          host.host(),
          source.directory(),
          change.created().stream().map(source.directory()::relativize).toList(),
          host.edited(),
          source.git().isPresent());
    }
  }

  private static void stage(Source source, SourceChange change) {
    source
        .git()
        .ifPresent(git -> {
          var known = git.known(change.created());
          if (known.isPresent()) {
            throw new SystemException(
                Reason.HOST_SOURCE_REFUSED,
                "%s is in the git index, though it was not there. Restore it, or remove it there."
                    .formatted(known.get()));
          }
          change.stage(git, change.created());
        });
  }

  private static Optional<FlakeText> read(String text) {
    try {
      return Optional.of(FlakeText.of(text));
    } catch (UnreadableException e) {
      // Perhaps it need not be changed.
      return Optional.empty();
    }
  }

  private static Optional<HostLayout> layout(
      Source source, HostWish wish, Optional<FlakeText> flake) {
    var neighbours = flake.map(text -> text.neighbours(wish.place())).orElse(List.of());
    for (var neighbour : neighbours.reversed()) {
      try {
        var shown = HostLayout.shown(source.directory(), neighbour.name(), neighbour.value());
        if (shown.isPresent()) {
          return shown;
        }
      } catch (UnreadableException e) {
        // The next one may show it.
      }
    }
    return Optional.empty();
  }

  /** The host as it is at last, and whether {@code flake.nix} was changed for it. */
  private record Known(Host host, boolean edited) {}

  /** Makes the flake know of the host. */
  private record Wiring(
      Source source,
      HostWish wish,
      List<String> hosts,
      HostLayout layout,
      String text,
      Optional<FlakeText> flake) {

    private String host() {
      return wish.name().text();
    }

    /**
     * Has the flake name the host, if its files alone do not do that.
     *
     * @return the text of {@code flake.nix} now
     */
    String name(SourceChange change, ProgressListener progress) {
      if (isNamed(progress)) {
        return text;
      }
      var value = value();
      var edited =
          value.flatMap(one -> flake.flatMap(known -> known.plus(wish.place(), host(), one)));
      if (edited.isEmpty()) {
        throw byHand(
            "flake.nix shows no place where %s could be added for certain, so nothing was changed."
                .formatted(host()),
            Details.NONE);
      }
      value.ifPresent(wish::checkName);
      change.replace(source.flakeFile(), text, edited.get());
      boolean named;
      try {
        named = isNamed(progress);
      } catch (NixException e) {
        if (e.reason() == Reason.CANCELLED) {
          throw e;
        }
        throw byHand(
            "With %s in flake.nix the flake could not be evaluated any more, so nothing was changed."
                .formatted(host()),
            e.nixError().map(Details.NONE.with(e)::with).orElse(Details.NONE.with(e)));
      }
      if (!named) {
        throw byHand(
            "%s was added to flake.nix, but the flake did not have it then, so nothing was changed."
                .formatted(host()),
            Details.NONE);
      }
      if (!namesFile(value.get())) {
        proveUse(change, progress);
      }
      return edited.get();
    }

    /** Checks that the host cannot be evaluated if its files cannot. */
    private void proveUse(SourceChange change, ProgressListener progress) {
      var files =
          change.created().stream().filter(file -> file.toString().endsWith(".nix")).toList();
      if (files.isEmpty()) {
        return;
      }
      var contents = new HashMap<Path, String>();
      for (var file : files) {
        var text = HostTemplates.text(file);
        contents.put(file, text);
        change.replace(file, text, BROKEN);
      }
      var uses = source.full(host(), progress).filter(host -> host.failure().isPresent());
      contents.forEach((file, text) -> change.replace(file, BROKEN, text));
      if (uses.isEmpty()) {
        throw byHand(
            "An entry for %s in flake.nix, like those of the other hosts, would not use %s, so nothing was changed."
                .formatted(host(), source.directory().relativize(files.getFirst())),
            Details.NONE);
      }
    }

    private boolean isNamed(ProgressListener progress) {
      var now = new HashSet<>(source.named(progress).stream().map(Host::name).toList());
      if (!now.containsAll(hosts)) {
        var lost = new TreeSet<>(hosts);
        lost.removeAll(now);
        throw refused(
            "The flake would lose %s, so nothing was changed.".formatted(String.join(", ", lost)));
      }
      return now.contains(host());
    }

    /** Its value: like that of a neighbour, else a plain system. */
    private Optional<String> value() {
      if (flake.isEmpty()) {
        return Optional.empty();
      }
      var likes =
          flake.get().neighbours(wish.place()).reversed().stream()
              .flatMap(neighbour -> like(neighbour).stream())
              .toList();
      var like =
          likes.stream()
              .filter(this::namesFile)
              .findFirst()
              .or(() -> likes.stream().flatMap(value -> withFile(value).stream()).findFirst())
              .or(() -> likes.stream().findFirst());
      if (like.isPresent()) {
        return like;
      }
      return flake.get().knows("nixpkgs") && wish.place().contains("nixosConfigurations")
          ? Optional.of(plain())
          : Optional.empty();
    }

    private boolean namesFile(String value) {
      try {
        return HostModules.name(source.directory(), layout.file(source.directory(), host()), value);
      } catch (UnreadableException e) {
        return false;
      }
    }

    private Optional<String> withFile(String value) {
      try {
        return HostModules.with(value, host(), layout.reference(host()));
      } catch (UnreadableException e) {
        return Optional.empty();
      }
    }

    private String plain() {
      var direct = flake.filter(known -> known.takes("nixpkgs")).isPresent();
      return "%snixpkgs.lib.nixosSystem { modules = [ %s ]; }"
          .formatted(direct ? "" : "inputs.", layout.reference(host()));
    }

    private Optional<String> like(Neighbour neighbour) {
      try {
        var value = NixText.renamed(neighbour.value(), neighbour.name(), host());
        if (value.equals(neighbour.value())) {
          return Optional.empty();
        }
        return Optional.of(
            SYSTEM_OF_NEIGHBOUR
                .matcher(HostModules.without(value, this::isNotMade))
                .replaceAll("$1" + Matcher.quoteReplacement(wish.systemOrDefault() + "\"")));
      } catch (UnreadableException e) {
        return Optional.empty();
      }
    }

    /** Whether a path would be the new host's, and there is no file that it leads to. */
    private boolean isNotMade(String path) {
      return NixText.word(host()).matcher(path).find()
          && !Files.exists(source.directory().resolve(path));
    }

    /** Has the flake know what was wished, and tells what it knows. */
    Known know(SourceChange change, String now, ProgressListener progress) {
      var host = evaluated(progress);
      var edited = !now.equals(text);
      if (lacks(host).isPresent()) {
        var more = read(now).flatMap(known -> known.plus(KNOWLEDGE, host(), knowledge()));
        if (more.isPresent()) {
          change.replace(source.flakeFile(), now, more.get());
          edited = true;
          host = evaluated(progress);
        }
      }
      var lack = lacks(host);
      if (lack.isPresent()) {
        throw byHand(
            "%s would be there, but %s, so nothing was changed. A template can write it: see docs/hosts.md."
                .formatted(host(), lack.get()),
            Details.NONE);
      }
      return new Known(host, edited);
    }

    private Host evaluated(ProgressListener progress) {
      var host =
          source
              .full(host(), progress)
              .orElseThrow(() -> refused("The flake has lost %s again.".formatted(host())));
      if (host.failure().isPresent()) {
        var failure = host.failure().get();
        throw new SystemException(
            Reason.HOST_SOURCE_REFUSED,
            "%s could not be evaluated as it would be, so nothing was changed: %s"
                .formatted(host(), failure.getMessage()),
            failure.nixError().map(Details.NONE.with(failure)::with).orElse(Details.NONE));
      }
      return host;
    }

    /** What was wished and is not so. */
    private Optional<String> lacks(Host host) {
      if (!host.tags().containsAll(wish.tags())) {
        return Optional.of("without the tags " + String.join(", ", wish.tags()));
      }
      if (!wish.description().isEmpty() && !host.description().equals(wish.description())) {
        return Optional.of("without its description");
      }
      if (wish.system().isPresent()
          && !host.system().isEmpty()
          && !host.system().equals(wish.system().get())) {
        return Optional.of("for the system " + host.system());
      }
      return Optional.empty();
    }

    private String knowledge() {
      var result = new ArrayList<String>();
      if (!wish.description().isEmpty()) {
        result.add("description = " + NixText.string(wish.description()) + ";");
      }
      if (!wish.tags().isEmpty()) {
        result.add("tags = " + NixText.list(wish.tags()) + ";");
      }
      return "{ " + String.join(" ", result) + " }";
    }

    private SystemException byHand(String message, Details details) {
      var lines = new ArrayList<String>();
      var value = value().filter(this::namesFile).orElseGet(this::plain);
      lines.add(
          "to add it by hand, make %s and %s"
              .formatted(
                  source.directory().relativize(layout.file(source.directory(), host())),
                  flake
                      .map(known ->
                          HostHint.of(
                                  source.directory(), known, wish.place().getFirst(), host(), hosts)
                              .text(value))
                      .orElseGet(() ->
                          "write into flake.nix\n  %s.%s = %s;"
                              .formatted(
                                  wish.place().getFirst(), NixText.attribute(host()), value))));
      if (!wish.tags().isEmpty() || !wish.description().isEmpty()) {
        lines.add(
            "  clan.core.machines.%s = %s;".formatted(NixText.attribute(host()), knowledge()));
      }
      return new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          message,
          details.with("host", host()).with("hint", String.join("\n", lines)));
    }

    private static SystemException refused(String message) {
      return new SystemException(Reason.HOST_SOURCE_REFUSED, message);
    }
  }
}
