package dev.arda.nix.system.deploy;

import dev.arda.nix.system.deploy.DeployFixture.Told;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.DeployRequest.Rollout;
import dev.arda.nix.system.deploy.DeployRequest.Verification;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StageLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One target of a {@link DeployFixture}.
 *
 * @param fixture it belongs to
 * @param name for ssh
 * @param root directory that stands for {@code /} on it
 * @param context a caller for whom it does
 */
record DeployTarget(DeployFixture fixture, String name, Path root, CallContext context) {

  /** Words before a command that keep root from writing where permissions do not let it. */
  static String unprivileged() {
    return System.getProperty("user.name", "").equals("root")
        ? "setpriv --bounding-set=-dac_override,-dac_read_search"
        : "";
  }

  /** A wish to be changed. */
  final class Wish {
    private final List<String> hosts;
    private DeployMode mode = DeployMode.SWITCH;
    private Engine engine = Engine.NATIVE;
    private OptionalInt rollback = OptionalInt.empty();
    private String specialisation = "";
    private Optional<String> where = Optional.of(name);
    private boolean acceptNewHostKey;
    private List<String> jumpHosts = List.of();
    private boolean forwardAgent;
    private Optional<String> builder = Optional.empty();
    private Rollout rollout = new Rollout(10, 0, 0);
    private StageLimits limits =
        StageLimits.of(Duration.ofMinutes(30), Duration.ofHours(2), Duration.ZERO);
    private boolean planOnly;
    private Duration confirmation = Duration.ofSeconds(60);
    private List<String> checks = List.of();
    private Duration checkLimit = Duration.ZERO;
    private CallContext caller = context;
    private boolean substitute;

    private Wish(List<String> hosts) {
      this.hosts = hosts;
    }

    Wish mode(DeployMode value) {
      mode = value;
      return this;
    }

    Wish engine(Engine value) {
      engine = value;
      return this;
    }

    Wish rollback(int generation) {
      rollback = OptionalInt.of(generation);
      return this;
    }

    Wish specialisation(String value) {
      specialisation = value;
      return this;
    }

    Wish at(String target) {
      where = Optional.of(target).filter(text -> !text.isEmpty());
      return this;
    }

    /** Through another machine, whatever its key is, and with the agent. */
    Wish through(String... jumps) {
      acceptNewHostKey = true;
      jumpHosts = List.of(jumps);
      forwardAgent = true;
      return this;
    }

    Wish builtAt(String target) {
      builder = Optional.of(target);
      return this;
    }

    Wish substituting() {
      substitute = true;
      return this;
    }

    Wish rollout(int parallel, int canary, int maxFailures) {
      rollout = new Rollout(parallel, canary, maxFailures);
      return this;
    }

    Wish rollout(Rollout value) {
      rollout = value;
      return this;
    }

    Wish limits(StageLimits value) {
      limits = value;
      return this;
    }

    Wish copyLimit(Duration value) {
      return limits(StageLimits.of(limits.evaluation().time(), limits.build().time(), value));
    }

    Wish planOnly() {
      planOnly = true;
      return this;
    }

    Wish confirmation(Duration value) {
      confirmation = value;
      return this;
    }

    Wish checks(String... commands) {
      checks = List.of(commands);
      return this;
    }

    /** How long the checks may take, all together. */
    Wish checkLimit(Duration value) {
      checkLimit = value;
      return this;
    }

    Wish as(CallContext value) {
      caller = value;
      return this;
    }

    DeployRequest request() {
      return new DeployRequest(
          caller,
          "",
          hosts,
          mode,
          engine,
          planOnly,
          rollback,
          Optional.of(specialisation).filter(text -> !text.isEmpty()),
          new Reach(where, acceptNewHostKey, jumpHosts, substitute, forwardAgent),
          builder,
          rollout,
          limits,
          new Verification(confirmation, checks, checkLimit),
          false);
    }

    DeployResult result(DeployListener listener) {
      return fixture.deployments.deploy(request(), listener);
    }

    List<HostResult> all(DeployListener listener) {
      return result(listener).hosts();
    }

    HostResult run(DeployListener listener) {
      return all(listener).getFirst();
    }

    HostResult run() {
      return run(new Told());
    }
  }

  /** A wish to deploy hosts to it. */
  Wish wish(String... hosts) {
    return new Wish(List.of(hosts));
  }

  /** Deploys a host to it. */
  HostResult deploy(String host) {
    return wish(host).run();
  }

  /** Name of the host whose system runs on it; empty: none does. */
  String running() {
    return host(root.resolve("run/current-system"));
  }

  /** Name of the host whose system it boots. */
  String booted() {
    return host(root.resolve("nix/var/nix/profiles/system"));
  }

  private static String host(Path link) {
    try {
      return Files.exists(link, LinkOption.NOFOLLOW_LINKS)
          ? link.toRealPath()
              .getFileName()
              .toString()
              .replaceFirst("^.*nixos-system-([a-z0-9-]+)$", "$1")
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What was done with systems on it since the last call. */
  List<String> journal() {
    try {
      var file = root.resolve("journal");
      if (!Files.exists(file)) {
        return List.of();
      }
      var lines = Files.readAllLines(file);
      Files.delete(file);
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a file below its root. */
  Path touch(String path) {
    try {
      return Files.createFile(root.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a file below its root, if it is there. */
  void remove(String path) {
    try {
      Files.deleteIfExists(root.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until something was done with a system on it. */
  void awaitJournal(String line) {
    var file = root.resolve("journal");
    DeployFixture.await(
        line,
        () -> {
          try {
            return Files.exists(file) && Files.readAllLines(file).contains(line);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
