package dev.arda.nix.system.source;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.flake.FlakeLocks;
import dev.arda.nix.flake.NixCalls;
import dev.arda.nix.flake.NixFlakes;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A flake of hosts that are made and taken out, and what does that. */
record HostBench(
    NixSandbox sandbox,
    Path flake,
    CallContext context,
    FlakeSources sources,
    HostCreator creator,
    HostRemover remover,
    Hosts hosts) {

  HostWish wish(String name, String... tags) {
    return new HostWish(
        context,
        flake.toString(),
        new HostName(name),
        Optional.empty(),
        Optional.of("x86_64-linux"),
        List.of(tags),
        "");
  }

  HostWish wishLike(String name, String template) {
    return new HostWish(
        context,
        flake.toString(),
        new HostName(name),
        Optional.of(template),
        Optional.of("x86_64-linux"),
        List.of(),
        "");
  }

  HostCreator.Created create(HostWish wish) {
    return creator.create(wish, ProgressListener.NONE);
  }

  HostRemover.Removed remove(String name, boolean planOnly) {
    return remover.remove(
        new HostRemover.Wish(context, flake.toString(), new HostName(name), planOnly),
        ProgressListener.NONE);
  }

  String git(String... words) {
    var all = new java.util.ArrayList<>(List.of("git"));
    all.addAll(List.of(words));
    return sandbox.run(flake, all.toArray(String[]::new));
  }

  void commit() {
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "all");
  }

  /** Every file with what it holds, and what git says. */
  Map<String, String> state() {
    try (var all = Files.walk(flake)) {
      var files =
          all.filter(Files::isRegularFile)
              .filter(file -> !flake.relativize(file).startsWith(".git"))
              .collect(
                  Collectors.toMap(
                      file -> flake.relativize(file).toString(),
                      HostBench::text,
                      (a, _) -> a,
                      TreeMap::new));
      if (Files.exists(flake.resolve(".git"))) {
        files.put("git", git("status", "--porcelain"));
      }
      return files;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Names of the hosts that can be evaluated. */
  List<String> sound() {
    return hosts
        .list(context, flake.toString(), Hosts.View.FULL, ProgressListener.NONE)
        .hosts()
        .stream()
        .filter(host -> host.failure().isEmpty())
        .map(Host::name)
        .toList();
  }

  List<String> names() {
    return hosts
        .list(context, flake.toString(), Hosts.View.NAMES, ProgressListener.NONE)
        .hosts()
        .stream()
        .map(Host::name)
        .toList();
  }

  interface Trial {
    void with(HostBench bench) throws IOException;
  }

  static void trying(Path directory, Path nix, Map<String, String> files, Trial trial)
      throws IOException {
    var runner = SystemProcessRunner.create();
    try (var sandbox = NixSandbox.create(nix);
        var flakes =
            NixFlakes.create(
                Clock.systemUTC(),
                new NixFlakes.Directories(
                    Files.createDirectory(directory.resolve("run")),
                    Files.createDirectory(directory.resolve("state")),
                    Files.createDirectory(directory.resolve("cache"))),
                Duration.ofSeconds(60))) {
      var flake = Files.createDirectory(sandbox.work().resolve("f"));
      for (var file : files.entrySet()) {
        sandbox.write("f/" + file.getKey(), file.getValue());
      }
      var hosts = new Hosts(flakes);
      var sources =
          new FlakeSources(
              hosts,
              new FlakeLocks(new NixCalls(runner, NixFacts.using(runner))),
              runner,
              directory.resolve("changes"));
      trial.with(
          new HostBench(
              sandbox,
              flake,
              sandbox.context(flake),
              sources,
              new HostCreator(sources),
              new HostRemover(sources, directory.resolve("kept"), Clock.systemUTC()),
              hosts));
    }
  }

  /** A flake with some outputs; {@code mk NAME FILE} is a host. */
  static String flake(String hosts) {
    return """
    {
      outputs = { self }:
        let
          system = "x86_64-linux";
          mk = name: file: { config = { inherit name; nixpkgs.hostPlatform.system = system; } // import file; };
        in
        {
          %s
        };
    }
    """
        .formatted(hosts);
  }
}
