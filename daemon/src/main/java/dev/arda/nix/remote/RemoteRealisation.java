package dev.arda.nix.remote;

import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.store.StoreUrl;
import dev.arda.nix.store.Stores;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StageLimits;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.SystemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Builds on another machine: takes a derivation there, has it realised, and fetches what was built.
 * Every method blocks; interrupting the thread gives it up.
 *
 * @param stores copies
 * @param context the caller, whose store has the derivation
 * @param machine the way to the machine that builds
 * @param limits for the build, and each copy to it and from it
 */
public record RemoteRealisation(
    Stores stores, CallContext context, SshConnection machine, StageLimits limits) {

  /** The exit code of {@code timeout} when the time has passed. */
  private static final int LATE = 124;

  /** Hears how it goes. Must not throw. */
  public interface Listener {
    /** Something else is being done, in a few words. */
    void does(String what);

    /** Nix, or a builder, printed a line. */
    void line(String line);
  }

  /**
   * Builds.
   *
   * @param what is built, for a person, for example {@code the system of web01}
   * @param heldAs name of a file; the machine holds the result until the next one of that name
   * @param derivation with all that it needs it is taken there
   * @throws NixException {@code BUILD_FAILED}; {@code BUILD_TIMEOUT}; if the derivation cannot be
   *     copied, {@code HOST_COPY_TIMEOUT} in time
   */
  public void build(String what, String heldAs, StorePath derivation, Listener listener) {
    listener.does("taking the derivations to " + machine.target());
    var _ =
        limits
            .copy()
            .during(
                "The copy of the derivations of %s to %s".formatted(what, machine.target()),
                "Nothing was built. " + ClosureTransfer.COPIED_STAYS,
                () ->
                    stores
                        .copies()
                        .copyTo(
                            machine.toContext(context),
                            List.of(derivation),
                            new StoreUrl(machine.storeUrl()),
                            new Copying(false, false, true),
                            limits.copy().time(),
                            OutputListener.NONE));
    listener.does("building on " + machine.target());
    realise(what, heldAs, derivation, listener);
  }

  /**
   * Brings a path with all that it needs from the machine to the caller's store.
   *
   * @param what it is, for a person
   * @throws NixException if it cannot be copied, {@code HOST_COPY_TIMEOUT} in time
   */
  public void fetch(String what, StorePath path, Listener listener) {
    listener.does("fetching from " + machine.target());
    var _ =
        limits
            .copy()
            .during(
                "The copy of %s from %s".formatted(what, machine.target()),
                "It is built there. " + ClosureTransfer.COPIED_STAYS,
                () ->
                    stores
                        .copies()
                        .copyFrom(
                            machine.toContext(context),
                            List.of(path),
                            new StoreUrl(machine.storeUrl()),
                            new Copying(false, false, true),
                            limits.copy().time(),
                            OutputListener.NONE));
  }

  private void realise(String what, String heldAs, StorePath derivation, Listener listener) {
    var last = new AtomicReference<>("");
    var limit = limits.build();
    var build = "The build of %s on %s".formatted(what, machine.target());
    var result =
        limit.during(
            build,
            "",
            () ->
                machine.run(
                    RemoteScript.of(
                        script(),
                        limit.time(),
                        derivation.text(),
                        heldAs,
                        Long.toString(Math.max(1, limit.time().toSeconds()))),
                    new OutputListener() {
                      @Override
                      public void standardError(String line) {
                        listener.line(line);
                        var words = TerminalText.strip(line).strip();
                        if (words.startsWith("error:") || last.get().isEmpty()) {
                          last.set(words);
                        }
                      }
                    }));
    if (result.exitCode() == LATE) {
      throw limit.passed(build, "");
    }
    if (!result.succeeded()) {
      throw new SystemException(
          Reason.BUILD_FAILED,
          "%s cannot be built on %s: %s"
              .formatted(
                  what.substring(0, 1).toUpperCase(Locale.ROOT) + what.substring(1),
                  machine.target(),
                  last.get().isEmpty() ? "exit code " + result.exitCode() : last.get()),
          Details.NONE
              .with("derivation", derivation.text())
              .with("build_host", machine.target().toString()));
    }
  }

  private static String script() {
    try (var stream = RemoteRealisation.class.getResourceAsStream("build.sh")) {
      if (stream == null) {
        throw new IllegalStateException("the distribution lacks build.sh");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
