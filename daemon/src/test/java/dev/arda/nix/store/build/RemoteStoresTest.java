package dev.arda.nix.store.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.store.build.BuildFixture.Heard;
import dev.arda.nix.store.build.BuildResult.Origin;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.testing.TestSshd;
import dev.arda.nix.types.CallContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Another machine builds, and serves what it built: a second store behind a real sshd. */
class RemoteStoresTest {

  private static final String OUTPUTS =
      "{ greeting = run \"greeting\" \"echo built on the other machine; echo hello >$out\" { }; }";

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void builderAndCacheBehindSsh_areUsedAndShown(Path nix) throws Exception {
    try (var fixture = new BuildFixture(nix)) {
      var flake = fixture.flake(OUTPUTS);
      var machine = fixture.sandbox.work().resolveSibling("machine");
      for (var name : List.of("store", "state", "log", "home", "conf")) {
        Files.createDirectories(machine.resolve(name));
      }
      var settings = fixture.sandbox.environment().getOrDefault("NIX_CONFIG", "");
      Files.writeString(machine.resolve("conf/nix.conf"), settings);
      var session = inNamespace(machine, fixture.sandbox.store());
      try (var sshd =
          TestSshd.start(
              machine.resolve("sshd"), variables(fixture, machine), Optional.of(session))) {
        var caller = caller(flake, sshd);
        var uri = "ssh-ng://target";

        var built = new Heard();
        var target =
            fixture
                .builds
                .build(
                    BuildFixture.request(
                        BuildFixture.with(
                            caller,
                            "builders",
                            uri + " " + BuildFixture.system() + " - 1 1",
                            "max-jobs",
                            "0"),
                        ".#greeting"),
                    built)
                .targets()
                .getFirst();

        assertThat(target.failure()).isEmpty();
        assertThat(target.origin()).isEqualTo(Origin.BUILT);
        assertThat(built.lines).contains("built on the other machine");
        assertThat(built.steps)
            .hasEntrySatisfying(
                "greeting",
                step -> {
                  assertThat(step.state()).isEqualTo(BuildStep.State.SUCCEEDED);
                  assertThat(step.machine()).isEqualTo(uri);
                });
        var out = Path.of(target.outputs().getFirst().path());
        assertThat(out).hasContent("hello");
        assertThat(machine.resolve("store").resolve(out.getFileName())).hasContent("hello");

        forget(fixture, flake, out);
        var fetched = new Heard();
        var again =
            fixture
                .builds
                .build(
                    BuildFixture.request(
                        BuildFixture.with(caller, "substituters", uri, "require-sigs", "false"),
                        ".#greeting"),
                    fetched)
                .targets()
                .getFirst();

        assertThat(again.failure()).isEmpty();
        assertThat(again.origin()).isEqualTo(Origin.SUBSTITUTED);
        assertThat(fetched.lines).doesNotContain("built on the other machine");
        assertThat(fetched.transfers).containsKey("greeting");
        assertThat(out).hasContent("hello");
      }
    }
  }

  /** The roots that hold a result go, then the result. */
  private static void forget(BuildFixture fixture, CallContext context, Path out)
      throws IOException {
    try (var held = Files.walk(fixture.roots())) {
      for (var link : held.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
    fixture.sandbox.run(
        context.cwd(),
        fixture.sandbox.nix().toString(),
        "store",
        "delete",
        "--ignore-liveness",
        out.toString());
    assertThat(out).doesNotExist();
  }

  private static CallContext caller(CallContext flake, TestSshd sshd) {
    var variables = new LinkedHashMap<>(flake.environment());
    variables.put("NIX_SSHOPTS", "-F " + sshd.file("ssh_config"));
    return new CallContext(flake.cwd(), flake.nixProgram(), flake.options(), variables);
  }

  private static Map<String, String> variables(BuildFixture fixture, Path machine) {
    var result = new LinkedHashMap<String, String>(fixture.sandbox.environment());
    result.keySet().retainAll(List.of("PATH", "NIX_STORE_DIR"));
    result.put("NIX_CONF_DIR", machine.resolve("conf").toString());
    result.put("HOME", machine.resolve("home").toString());
    result.put("NIX_STATE_DIR", machine.resolve("state").toString());
    result.put("NIX_LOG_DIR", machine.resolve("log").toString());
    return result;
  }

  /** Sessions see the store of the machine where the caller has its own. */
  private static Path inNamespace(Path machine, Path store) throws IOException {
    var script =
        Files.writeString(
            machine.resolve("session"),
            """
            #!/bin/sh
            exec unshare -m sh -c 'mount --bind %s %s && exec sh -c "$SSH_ORIGINAL_COMMAND"'
            """
                .formatted(machine.resolve("store"), store));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }
}
