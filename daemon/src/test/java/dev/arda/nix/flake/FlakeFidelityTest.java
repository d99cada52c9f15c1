package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * arda sees the same flake as the user's {@code nix}: what {@code self} and the inputs hold and,
 * above all, the derivations that follow from it.
 */
class FlakeFidelityTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Everything of {@code self} and of an input that can differ, and a derivation that depends on
   * it.
   */
  private static final String FLAKE =
      """
      {
        description = "fidelity";
        inputs.dep.url = "path:./dep";
        inputs.raw = { url = "path:./raw"; flake = false; };
        outputs = { self, dep, raw }: {
          info = {
            self = builtins.attrNames self; source = builtins.attrNames self.sourceInfo;
            out = self.outPath; text = "${self}"; sourceOut = self.sourceInfo.outPath;
            rev = self.rev or null; dirtyRev = self.dirtyRev or null; shortRev = self.shortRev or null;
            dirtyShortRev = self.dirtyShortRev or null; revCount = self.revCount or null;
            inherit (self) lastModified lastModifiedDate narHash; submodules = self.submodules or null;
            dep = builtins.attrNames dep; depSource = builtins.attrNames dep.sourceInfo; depText = "${dep}";
            depSourceOut = dep.sourceInfo.outPath; raw = builtins.attrNames raw; rawText = "${raw}";
            name = dep.name; content = builtins.readDir raw; inputs = builtins.attrNames self.inputs;
          };
          drv = derivation {
            name = "d"; system = "x86_64-linux"; builder = "/bin/sh"; src = ./flake.nix; below = "${self}/dep";
            rev = self.rev or self.dirtyRev or "none"; modified = toString self.lastModified; dep = dep.drv; rawFile = "${raw}/file";
          };
        };
      }
      """;

  private static final String DEPENDENCY =
      """
      { outputs = { self }: { name = "NAME"; drv = derivation { name = "NAME"; system = "x86_64-linux"; builder = "/bin/sh"; src = ./flake.nix; text = "${self}"; }; }; }
      """;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_sameFlakeAsNix_inEveryState(Path nix) throws Exception {
    try (var sandbox = NixSandbox.create(nix)) {
      Path repository = repository(sandbox);
      String url = "git+file://" + repository;
      String head = sandbox.run(repository, "git", "rev-parse", "HEAD").strip();

      same(sandbox, repository, ".", NixOptions.NONE);
      same(sandbox, repository, "./sub", NixOptions.NONE);
      same(sandbox, repository, url + "?dir=sub", NixOptions.NONE);
      same(sandbox, repository, url + "?rev=" + head, NixOptions.NONE);
      same(sandbox, repository, url + "?rev=" + head + "&dir=sub", NixOptions.NONE);
      same(sandbox, repository, "path:" + repository, NixOptions.NONE);
      same(sandbox, repository, ".", override("dep", "path:" + sandbox.work().resolve("other")));
      same(sandbox, repository, ".", override("raw", "path:" + sandbox.work().resolve("other")));

      Files.writeString(repository.resolve("flake.nix"), "# changed\n", StandardOpenOption.APPEND);
      Files.writeString(
          repository.resolve("sub/flake.nix"), "# changed\n", StandardOpenOption.APPEND);
      same(sandbox, repository, ".", NixOptions.NONE);
      same(sandbox, repository, "./sub", NixOptions.NONE);
      same(sandbox, repository, ".", override("dep", "path:" + sandbox.work().resolve("other")));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_flakeThatWasNeverLocked_writesTheLockFileAndSeesTheTreeWithIt(Path nix)
      throws Exception {
    try (var sandbox = NixSandbox.create(nix)) {
      Path repository = repository(sandbox);
      sandbox.run(repository, "git", "rm", "-q", "-f", "flake.lock");
      sandbox.run(repository, "git", "commit", "-q", "-m", "unlock");

      var first = select(sandbox.context(repository), ".", List.of("info.narHash"));

      assertThat(repository.resolve("flake.lock")).exists();
      var second = select(sandbox.context(repository), ".", List.of("info.narHash"));
      assertThat(first.outcome(0)).isEqualTo(second.outcome(0));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_noWriteLockFile_leavesTheTreeAlone(Path nix) throws Exception {
    try (var sandbox = NixSandbox.create(nix)) {
      Path repository = repository(sandbox);
      sandbox.run(repository, "git", "rm", "-q", "-f", "flake.lock");
      sandbox.run(repository, "git", "commit", "-q", "-m", "unlock");
      var options =
          new NixOptions(
              List.of(), List.of(), false, false, false, false, Optional.empty(), false, true);

      var result = select(sandbox.context(repository, options), ".", List.of("info.name"));

      assertThat(result.outcome(0)).isEqualTo("\"dep\"");
      assertThat(repository.resolve("flake.lock")).doesNotExist();
    }
  }

  private static Path repository(NixSandbox sandbox) {
    sandbox.write("other/flake.nix", DEPENDENCY.replace("NAME", "other"));
    for (String directory : List.of("repository/", "repository/sub/")) {
      sandbox.write(directory + "flake.nix", FLAKE);
      sandbox.write(directory + "dep/flake.nix", DEPENDENCY.replace("NAME", "dep"));
      sandbox.write(directory + "raw/file", "raw\n");
    }
    Path repository = sandbox.work().resolve("repository");
    sandbox.run(repository, "git", "init", "-q");
    sandbox.run(repository, "git", "add", "-A");
    for (String flake : List.of(".", "./sub")) {
      sandbox.run(repository, sandbox.nix().toString(), "flake", "metadata", "--json", flake);
    }
    sandbox.run(repository, "git", "add", "-A");
    sandbox.run(repository, "git", "commit", "-q", "-m", "locked");
    return repository;
  }

  private static NixOptions override(String input, String ref) {
    return new NixOptions(
        List.of(),
        List.of(new NixOptions.InputOverride(input, ref)),
        false,
        false,
        false,
        false,
        Optional.empty(),
        false,
        false);
  }

  private static void same(NixSandbox sandbox, Path cwd, String ref, NixOptions options)
      throws Exception {
    var overrides = new ArrayList<String>();
    for (var override : options.inputOverrides()) {
      overrides.addAll(List.of("--override-input", override.inputPath(), override.flakeRef()));
    }
    String info = nix(sandbox, cwd, overrides, ref + "#info", "--json");
    String drvPath = nix(sandbox, cwd, overrides, ref + "#drv.drvPath", "--raw");

    var result = select(sandbox.context(cwd, options), ref, List.of("info", "drv.drvPath"));

    assertThat(JSON.readTree(result.outcome(0)))
        .as("%s %s", ref, overrides)
        .isEqualTo(JSON.readTree(info));
    assertThat(result.outcome(1)).as("%s %s", ref, overrides).isEqualTo('"' + drvPath + '"');
    assertThat(result.states).hasSize(1);
    assertThat(result.states.getFirst().narHash())
        .isEqualTo(JSON.readTree(info).path("narHash").asText());
  }

  private static String nix(
      NixSandbox sandbox, Path cwd, List<String> overrides, String installable, String format) {
    var command = new ArrayList<>(List.of(sandbox.nix().toString(), "eval", format));
    command.addAll(overrides);
    command.add(installable);
    return sandbox.run(cwd, command.toArray(String[]::new));
  }

  private static RecordingListener select(CallContext context, String ref, List<String> selectors) {
    var listener = new RecordingListener();
    TestFlakes.create()
        .select(context, new SelectionRequest(ref, selectors, false, ValueEncoding.JSON), listener);
    return listener;
  }
}
