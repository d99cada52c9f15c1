package dev.arda.nix.system.source;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.remote.Secret;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.HostKind;
import dev.arda.nix.system.Machine;
import dev.arda.nix.system.deploy.DeployRequest.Reach;
import dev.arda.nix.system.deploy.HardwareReports;
import dev.arda.nix.system.deploy.HardwareReports.Backend;
import dev.arda.nix.system.deploy.HostWays;
import dev.arda.nix.system.source.FlakeSources.Source;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Writes what is found out about the hardware of hosts into their flakes (the seed's {@code
 * generate_hardware_config}, section 15.2.4). Blocks; interrupting the thread takes everything
 * back.
 *
 * @param sources the flakes
 * @param reports asks hosts
 * @param texts knows what can be a report
 */
public record HostHardware(FlakeSources sources, HardwareReports reports, HardwareText texts) {

  private static final String SYSTEM = "config.system.build.toplevel.drvPath";

  /**
   * Of which host.
   *
   * @param context who wishes
   * @param flake flake reference; empty: the caller's default
   * @param host its name
   * @param reach how it is reached
   * @param backend the program that finds it out
   * @param file where it is written, relative to the flake; empty: beside the host's files
   * @param filesystems whether it is to say which file systems are mounted; empty: as the file does
   *     that is there
   * @param report what the host said; empty: it is asked
   * @param planOnly whether to tell everything, and take it back
   * @param password what {@code sudo} on the host is given if it asks for one; empty: nothing is
   *     known
   */
  public record Wish(
      CallContext context,
      String flake,
      HostName host,
      Reach reach,
      Backend backend,
      Optional<String> file,
      Optional<Boolean> filesystems,
      Optional<String> report,
      boolean planOnly,
      Optional<Secret> password) {}

  /** Whether the system of the host depends on the file. */
  public enum Effect {
    /** It is another system with it. */
    CHANGES,
    /** It is the same system with it. */
    NONE,
    /** It could not be evaluated without it, or the file is what it was. */
    UNKNOWN
  }

  /**
   * What was written, or would be.
   *
   * @param host its name
   * @param target where it is; empty: it was not asked
   * @param directory of the flake
   * @param file relative to it
   * @param before what it held; empty: it was not there
   * @param after what the host said
   * @param effect whether its system depends on it
   * @param staged whether it was added to the index of git
   */
  public record Refreshed(
      String host,
      String target,
      Path directory,
      Path file,
      Optional<String> before,
      String after,
      Effect effect,
      boolean staged) {}

  /**
   * Asks a host and writes down what it says. It stays only if it is a report, the host can be
   * evaluated with it and the flake has the same hosts as before.
   *
   * @throws NixException {@code HOST_NOT_FOUND}; {@code HOST_SOURCE_REFUSED} if that is not so, it
   *     is not clear where to write, or the file is something else; {@code FLAKE_READ_ONLY}; as
   *     {@link HardwareReports#read}
   */
  public Refreshed refresh(Wish wish, ProgressListener progress) {
    return sources.change(wish.context(), wish.flake(), source -> refresh(source, wish, progress));
  }

  private Refreshed refresh(Source source, Wish wish, ProgressListener progress) {
    var name = wish.host().text();
    // Says what may have been meant.
    var _ = source.defined(name, progress);
    var host = source.full(name, progress).orElseThrow();
    if (host.kind() != HostKind.NIXOS) {
      throw refused(wish, "%s is no host of nixosConfigurations.".formatted(name));
    }
    var before = names(source, progress);
    var file = new HardwarePlace(source, wish).file();
    var old = text(wish, file);
    if (wish.file().isPresent() && old.isPresent()) {
      HardwareText.mayReplace(
          wish, source.directory().normalize().relativize(file), old.get(), before);
    }
    var filesystems =
        wish.filesystems()
            .orElseGet(() -> old.filter(text -> text.contains("fileSystems")).isPresent());
    var asked =
        wish.report().isPresent()
            ? new HardwareReports.Report("", wish.report().get())
            : reports.read(
                new HostWays(reports.means(), wish.context(), source.reference(), wish.reach()),
                host,
                wish.backend(),
                filesystems,
                wish.password());
    var systemBefore = system(source, wish);
    try (var change = source.change()) {
      boolean staged = put(source, change, file, old, asked.text());
      texts.check(wish, file);
      var systemAfter = proven(source, wish, before, progress);
      if (!wish.planOnly()) {
        change.keep();
      }
      return new Refreshed(
          name,
          asked.target(),
          source.directory(),
          source.directory().relativize(file),
          old,
          asked.text(),
          systemBefore.isEmpty() || old.filter(asked.text()::equals).isPresent()
              ? Effect.UNKNOWN
              : systemBefore.get().equals(systemAfter) ? Effect.NONE : Effect.CHANGES,
          staged);
    }
  }

  private static TreeSet<String> names(Source source, ProgressListener progress) {
    var result = new TreeSet<String>();
    source.named(progress).stream().map(Host::name).forEach(result::add);
    return result;
  }

  private static Optional<String> text(Wish wish, Path file) {
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException e) {
      throw refused(wish, "%s cannot be read.".formatted(file));
    }
  }

  /** Writes it, and has git know it. */
  private static boolean put(
      Source source, SourceChange change, Path file, Optional<String> old, String text) {
    if (old.isPresent()) {
      change.replace(file, old.get(), text);
    } else {
      change.create(file, text.getBytes(StandardCharsets.UTF_8));
    }
    var git = source.git().filter(one -> one.known(List.of(file)).isEmpty());
    git.ifPresent(one -> change.stage(one, List.of(file)));
    return git.isPresent();
  }

  /** What the system of the host is; empty: it cannot be evaluated. */
  private Optional<String> system(Source source, Wish wish) {
    try {
      return Optional.of(evaluated(source, wish));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private String evaluated(Source source, Wish wish) {
    Flakes flakes = reports.means().hosts().flakes();
    return new Machine(flakes, wish.context(), source.reference(), wish.host()).select(SYSTEM);
  }

  private String proven(
      Source source, Wish wish, TreeSet<String> before, ProgressListener progress) {
    String result;
    TreeSet<String> now;
    try {
      result = evaluated(source, wish);
      now = names(source, progress);
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      throw new SystemException(
          Reason.HOST_SOURCE_REFUSED,
          "With what %s says, %s could not be evaluated, so nothing was written: %s"
              .formatted(wish.backend().program(), wish.host(), e.getMessage()),
          e.nixError()
              .map(Details.NONE.with("host", wish.host().text())::with)
              .orElse(Details.NONE.with("host", wish.host().text())));
    }
    if (!now.equals(before)) {
      now.removeAll(before);
      throw refused(
          wish,
          now.isEmpty()
              ? "With it the flake would lose hosts, so nothing was written."
              : "The flake would take the file for a host (%s), so nothing was written. Name another place: --file."
                  .formatted(String.join(", ", now)));
    }
    return result;
  }

  static SystemException refused(Wish wish, String message) {
    return new SystemException(
        Reason.HOST_SOURCE_REFUSED, message, Details.NONE.with("host", wish.host().text()));
  }
}
