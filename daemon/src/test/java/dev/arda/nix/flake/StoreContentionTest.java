package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A Nix that fails because another one sets up its store at the same moment. */
class StoreContentionTest {

  @Test
  void lock_anotherNixSetsUpTheStore_asksAgain() throws Exception {
    for (String message :
        List.of(
            "error: creating symlink '\033[35;1m/s/gcroots/profiles\033[0m' -> '\033[35;1m/s/profiles\033[0m': File exists",
            "error: SQLite database '/s/db/db.sqlite' is busy")) {
      try (var sandbox = NixSandbox.create(NixSandbox.programs().getFirst());
          var runner = SystemProcessRunner.create()) {
        CallContext context = failing(sandbox, message, 2);

        LockedFlake locked =
            new NixCalls(runner, NixFacts.using(runner))
                .lock(context, FlakeRef.of("path:" + context.cwd()), ProgressListener.NONE);

        assertThat(Path.of(locked.state().storePath())).exists();
        assertThat(attempts(sandbox)).isEqualTo(3);
      }
    }
  }

  @Test
  void lock_itFailsForAnotherReason_isAskedOnce() throws Exception {
    try (var sandbox = NixSandbox.create(NixSandbox.programs().getFirst());
        var runner = SystemProcessRunner.create()) {
      CallContext context = failing(sandbox, "error: creating directory '/s': No space left", 2);
      var calls = new NixCalls(runner, NixFacts.using(runner));

      assertThatThrownBy(() ->
              calls.lock(context, FlakeRef.of("path:" + context.cwd()), ProgressListener.NONE))
          .isInstanceOf(FlakeException.class)
          .hasMessageContaining("No space left");
      assertThat(attempts(sandbox)).isEqualTo(1);
    }
  }

  /** A caller whose Nix fails some times before it works. */
  private static CallContext failing(NixSandbox sandbox, String message, int times)
      throws Exception {
    sandbox.write("f/flake.nix", "{ outputs = { self }: { }; }\n");
    Path flake = sandbox.work().resolve("f");
    Path program =
        sandbox.write(
            "bin/nix",
            """
            #!/bin/sh
            case " $* " in
              *" flake metadata "*)
                echo attempt >> "%1$s/attempts"
                if [ "$(wc -l < "%1$s/attempts")" -le %2$d ]; then printf "%3$s\\n" >&2; exit 1; fi ;;
            esac
            exec "%4$s" "$@"
            """
                .formatted(sandbox.work(), times, message, sandbox.nix()));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    CallContext context = sandbox.context(flake);
    return new CallContext(flake, Optional.of(program), NixOptions.NONE, context.environment());
  }

  private static int attempts(NixSandbox sandbox) throws Exception {
    return Files.readAllLines(sandbox.work().resolve("attempts")).size();
  }
}
