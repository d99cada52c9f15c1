package dev.arda.nix.system.install;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.FlakeLocks;
import dev.arda.nix.flake.LocalFlakes;
import dev.arda.nix.remote.SshSettings;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.shell.Shell;
import dev.arda.nix.store.build.BuildRequest;
import dev.arda.nix.store.build.BuildResult.TargetResult;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.HostKind;
import dev.arda.nix.system.Hosts;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.system.deploy.Means;
import dev.arda.nix.system.deploy.TargetRoot;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Installs hosts. Blocks; interrupting the thread ends {@code nixos-anywhere}, wherever it is.
 *
 * @param means what it works with
 * @param shell has {@code nixos-anywhere}
 * @param references tells which flake is meant
 * @param directory for private files while something is installed; created when needed
 */
public record Installations(Means means, Shell shell, FlakeLocks references, Path directory) {

  private static final String PROGRAM = "nixos-anywhere";

  /**
   * Installs a host.
   *
   * @return what came of it, also if it failed
   * @throws NixException if nothing was begun: there is no such host, or it cannot be installed
   */
  public InstallResult install(InstallRequest request, InstallListener listener) {
    var host =
        means
            .hosts()
            .within(request.limits().evaluation())
            .named(
                request.context(),
                request.flake(),
                request.host().text(),
                Hosts.View.FULL,
                ProgressListener.NONE)
            .hosts()
            .getFirst();
    if (host.kind() != HostKind.NIXOS) {
      throw new SystemException(
          Reason.HOST_UNFIT,
          "%s cannot be installed: there is no nixosConfigurations.%s."
              .formatted(host.name(), host.name()),
          Details.NONE.with("host", host.name()));
    }
    listener.began(host.name());
    return new One(host, request, listener).run();
  }

  /** One installation. */
  private final class One {
    private final Host host;
    private final InstallRequest request;
    private final InstallListener listener;
    private final SshTarget target;
    private final long began = System.nanoTime();
    private volatile InstallStage stage = InstallStage.PREFLIGHT;
    private volatile boolean erased;
    private String system = "";

    One(Host host, InstallRequest request, InstallListener listener) {
      this.host = host;
      this.request = request;
      this.listener = listener;
      this.target =
          SshTarget.parse(
              request
                  .reach()
                  .targetHost()
                  .orElseGet(() -> host.targetHost().isEmpty() ? host.name() : host.targetHost()));
      if (target.isLocal()) {
        throw new SystemException(
            Reason.HOST_UNFIT,
            "This machine cannot install itself; name the machine to install: --target-host.");
      }
    }

    InstallResult run() {
      try (var _ = means.locks().tryTakeAll(target).orElseThrow(this::busy);
          var place = new Place()) {
        work(place.path());
        listener.stage(stage, StageState.SUCCEEDED, "");
        return over(Optional.empty());
      } catch (NixException e) {
        boolean cancelled = e.reason() == Reason.CANCELLED;
        listener.stage(stage, cancelled ? StageState.CANCELLED : StageState.FAILED, e.getMessage());
        return over(Optional.of(e));
      }
    }

    private SystemException busy() {
      return new SystemException(
          Reason.HOST_BUSY,
          "%s (%s) is being deployed to already; see: arda ops list"
              .formatted(host.name(), target));
    }

    private void work(Path place) {
      listener.stage(stage, StageState.RUNNING, "");
      var settings =
          SshSettings.of(
              request.context(), request.reach().acceptNewHostKey(), request.reach().jumpHosts());
      checkFiles();
      var root = TargetRoot.of(request.context(), host.name());
      var ssh = CheckedSsh.prepare(request.context(), means.runner(), place, target, settings);
      var shell =
          means
              .ssh()
              .alone(
                  ssh.caller(),
                  target,
                  SshSettings.of(
                      ssh.caller(),
                      request.reach().acceptNewHostKey(),
                      request.reach().jumpHosts()));
      var facts = InstallFacts.of(shell, host, target, root);
      try (var hold =
          TargetHold.take(shell, root, host, "%s (%s)".formatted(host.name(), target))) {
        install(ssh, hold, facts, () -> InstallFacts.ofHeld(shell, host, target, root));
      }
    }

    private void install(CheckedSsh ssh, TargetHold hold, String facts, AnywhereRun.Look look) {
      var program = Installations.this.shell.ensureShellTool(request.context(), PROGRAM);
      listener.stage(stage, StageState.SUCCEEDED, facts);
      var built =
          request.isPrebuilt() ? Optional.of(build()) : Optional.<NixosAnywhere.Built>empty();
      var reference = references.resolve(request.context(), request.flake());
      var command =
          new NixosAnywhere(program, request, target, reference.text(), built).arguments();
      begin(InstallStage.CONNECT);
      new AnywhereRun(
              means.runner(),
              command,
              ssh.environment(request.context().environment().getOrDefault("PATH", "")),
              LocalFlakes.directory(reference).orElse(request.context().cwd()),
              request.stepLimit(),
              new AnywhereRun.Steps() {
                @Override
                public void step(InstallStage next, String text) {
                  if (next != stage) {
                    // Perhaps in the installer that was started since.
                    hold.again();
                    listener.stage(stage, StageState.SUCCEEDED, "");
                    begin(next);
                  }
                  listener.stage(stage, StageState.RUNNING, text);
                }

                @Override
                public void line(String line) {
                  listener.line(stage, line);
                }
              })
          .run(stage, look);
    }

    private void begin(InstallStage next) {
      stage = next;
      erased = erased || (next.mayHaveErased() && touchesDisks());
      listener.stage(next, StageState.RUNNING, "");
    }

    private boolean touchesDisks() {
      return request.phases().contains(InstallPhase.DISKO)
          || request.phases().contains(InstallPhase.INSTALL);
    }

    private void checkFiles() {
      Stream.of(
              request.extraFiles().stream(),
              request.diskKeys().stream().map(InstallRequest.DiskKey::file),
              request.kexec().filter(image -> image.startsWith("/")).map(Path::of).stream())
          .flatMap(files -> files)
          .filter(file -> !Files.isReadable(file))
          .findFirst()
          .ifPresent(file -> {
            throw new SystemException(
                Reason.REQUEST_INVALID,
                "%s is not there, or cannot be read.".formatted(file),
                Details.NONE.with("path", file.toString()));
          });
    }

    private NixosAnywhere.Built build() {
      begin(InstallStage.BUILD);
      var wish =
          new BuildRequest(
              request.context(),
              request.flake(),
              List.of(
                  new BuildTarget.OfFlake(
                      "nixosConfigurations.\"%s\".config.system.build.diskoScript"
                          .formatted(host.name())),
                  new BuildTarget.Host(host.name())),
              request.limits());
      var targets = means.builds().build(wish, listener.build()).targets();
      targets.stream()
          .flatMap(one -> one.failure().stream())
          .findFirst()
          .ifPresent(failure -> {
            throw failure;
          });
      system = path(targets.get(1));
      listener.stage(stage, StageState.SUCCEEDED, system);
      return new NixosAnywhere.Built(path(targets.get(0)), system);
    }

    private static String path(TargetResult target) {
      return target.outputs().getFirst().path();
    }

    private InstallResult over(Optional<NixException> failure) {
      var told =
          failure.map(why -> {
            var where =
                erased
                    ? "The disks of %s may be erased, and it may not start by itself."
                        .formatted(target)
                    : "The disks of %s were not touched.".formatted(target);
            return new SystemException(
                why.reason(),
                why.getMessage() + " " + where,
                why.nixError()
                    .map(Details.NONE.with("host", host.name()).with(why)::with)
                    .orElse(Details.NONE.with("host", host.name()).with(why)));
          });
      listener.ended(
          failure.isEmpty()
              ? StageState.SUCCEEDED
              : failure.get().reason() == Reason.CANCELLED
                  ? StageState.CANCELLED
                  : StageState.FAILED,
          told.map(Throwable::getMessage).orElse(""));
      return new InstallResult(
          host.name(),
          target.toString(),
          stage,
          system,
          erased,
          Duration.ofNanos(System.nanoTime() - began),
          told.map(why -> why));
    }
  }

  /** A private directory that goes when the installation is over. */
  private final class Place implements AutoCloseable {
    private final Path path;

    Place() {
      try {
        Files.createDirectories(directory);
        path =
            Files.createTempDirectory(
                directory,
                "i",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Path path() {
      return path;
    }

    @Override
    public void close() {
      try (var all = Files.walk(path)) {
        for (var file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        // It holds public keys only, and is private.
      }
    }
  }
}
