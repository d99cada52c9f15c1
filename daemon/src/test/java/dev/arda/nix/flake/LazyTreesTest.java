package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A Nix that puts no tree into the store when it locks a flake, and therefore names none. */
class LazyTreesTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void lock_metadataNameNoTree_theStateIsThatOfANixWhichNamesIt(Path nix) throws Exception {
    try (var sandbox = NixSandbox.create(nix);
        var runner = SystemProcessRunner.create()) {
      sandbox.write("p/flake.nix", "{ outputs = { self }: { a = 1; }; }\n");
      sandbox.write("g/flake.nix", "{ outputs = { self }: { a = 2; }; }\n");
      Path git = sandbox.work().resolve("g");
      sandbox.run(git, "git", "init", "-q");
      sandbox.run(git, "git", "add", "flake.nix");
      sandbox.run(git, "git", "commit", "-qm", "one");
      // The same Nix, but for two lines of its metadata.
      Path lazy =
          sandbox.write(
              "bin/nix",
              """
              #!/bin/sh
              case " $* " in
                *" flake metadata "*) "%s" "$@" | sed -E 's/,"path":"[^"]*"//; s/"path":"[^"]*",("resolved")/\\1/; s/("locked":\\{[^}]*)"narHash":"[^"]*",/\\1/' ;;
                *) exec "%s" "$@" ;;
              esac
              """
                  .formatted(nix, nix));
      Files.setPosixFilePermissions(lazy, PosixFilePermissions.fromString("rwxr-xr-x"));
      var calls = new NixCalls(runner, NixFacts.using(runner));

      for (String ref : List.of("path:" + sandbox.work().resolve("p"), "git+file://" + git)) {
        CallContext context = sandbox.context(sandbox.work());
        CallContext withLazy =
            new CallContext(
                context.cwd(), Optional.of(lazy), NixOptions.NONE, context.environment());
        LockedFlake expected = calls.lock(context, FlakeRef.of(ref), ProgressListener.NONE);
        LockedFlake actual = calls.lock(withLazy, FlakeRef.of(ref), ProgressListener.NONE);

        assertThat(actual.bindingJson()).as(ref).isEqualTo(expected.bindingJson());
        assertThat(Path.of(actual.state().storePath())).exists();
      }
    }
  }
}
