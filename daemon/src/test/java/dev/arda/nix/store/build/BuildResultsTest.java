package dev.arda.nix.store.build;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.build.BuildTotals.Count;
import dev.arda.nix.core.build.Transfer;
import dev.arda.nix.store.build.BuildFixture.Heard;
import dev.arda.nix.store.build.BuildResult.Origin;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is kept of builds: roots, links, sizes, differences, and what need not be built at all. */
class BuildResultsTest {

  private static final String PACKAGES =
      """
      {
        packages.SYSTEM = {
          default = run "default" "echo 1 > $out" { };
          multi = run "multi" "echo o > $out; echo d > $dev" { outputs = [ "out" "dev" ]; };
          one = run "app-1.0" "mkdir $out; echo ${run "lib-1.0" "head -c 100000 /dev/zero > $out" { }} > $out/lib" { };
          two = run "app-1.0" "mkdir $out; echo ${run "lib-1.1" "head -c 150000 /dev/zero > $out" { }} > $out/lib" { };
        };
      }
      """;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private static BuildRequest request(
      CallContext context, Optional<Path> outLink, Optional<Path> directory, String... targets) {
    return new BuildRequest(
        context,
        "",
        Arrays.stream(targets).<BuildTarget>map(BuildTarget.OfFlake::new).toList(),
        false,
        outLink,
        directory,
        Optional.empty());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatWasBuiltBefore_needsNoProcess_andIsKeptFromTheCollector(Path nix) {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var request = BuildFixture.request(context, ".#default", ".#multi^*");
      var first = fixture.builds.build(request, new Heard());
      fixture.sandbox.run(context.cwd(), nix.resolveSibling("nix-store").toString(), "--gc");
      fixture.counting.commands.clear();

      var second = fixture.builds.build(request, new Heard());

      assertThat(fixture.counting.commands).isEmpty();
      assertThat(second.targets()).allMatch(target -> target.origin() == Origin.CACHED);
      assertThat(second.targets())
          .extracting(BuildResult.TargetResult::outputs)
          .isEqualTo(first.targets().stream().map(BuildResult.TargetResult::outputs).toList());
      assertThat(second.targets()).allMatch(target -> target.closureBytes() > 0);
      assertThat(second.targets().get(0).closureBytes())
          .isEqualTo(first.targets().get(0).closureBytes());
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void outLinks_haveTheNamesOfNixBuild(Path nix) throws IOException {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var work = fixture.sandbox.work();

      var result =
          fixture.builds.build(
              request(
                  context,
                  Optional.of(work.resolve("result")),
                  Optional.of(work.resolve("roots")),
                  ".#default",
                  ".#multi^*",
                  ".#missing",
                  ".#multi^dev"),
              new Heard());

      assertThat(names(work)).containsExactly("result", "result-1", "result-1-dev", "result-3-dev");
      assertThat(result.targets().get(1).outLinks())
          .contains(work.resolve("result-1"), work.resolve("result-1-dev"));
      var dev = Path.of(result.targets().get(3).outputs().getFirst().path());
      assertThat(Files.readSymbolicLink(work.resolve("result-1-dev"))).isEqualTo(dev);
      assertThat(
              Files.readSymbolicLink(
                  work.resolve("roots").resolve(String.valueOf(dev.getFileName()))))
          .isEqualTo(dev);
      assertThat(
              fixture.sandbox.run(
                  context.cwd(),
                  nix.resolveSibling("nix-store").toString(),
                  "--gc",
                  "--print-roots"))
          .contains(work.resolve("result-1-dev").toString());
      fixture.counting.commands.clear();
      var again =
          fixture.builds.build(
              request(context, Optional.of(work.resolve("result")), Optional.empty(), ".#default"),
              new Heard());
      assertThat(again.targets().getFirst().outLinks()).containsExactly(work.resolve("result"));
      assertThat(fixture.counting.commands).isEmpty();
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith("result"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void fileInPlaceOfALink_failsThatTargetAlone_andStays(Path nix) throws IOException {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var file = fixture.sandbox.write("result", "precious");

      var result =
          fixture.builds.build(
              request(context, Optional.of(file), Optional.empty(), ".#default", ".#multi"),
              new Heard());

      assertThat(result.targets().get(0).failure().map(NixException::reason))
          .contains(Reason.GC_ROOT_REFUSED);
      assertThat(result.targets().get(1).failure()).isEmpty();
      assertThat(file).hasContent("precious");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void difference_namesPackagesVersionsAndSizes(Path nix) {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var link = fixture.sandbox.work().resolve("result");
      fixture.builds.build(
          request(context, Optional.of(link), Optional.empty(), ".#one"), new Heard());
      var wish = request(context, Optional.of(link), Optional.empty(), ".#two");

      var result =
          fixture.builds.build(
              new BuildRequest(
                  context,
                  "",
                  wish.targets(),
                  false,
                  wish.outLink(),
                  Optional.empty(),
                  Optional.of(link.toString())),
              new Heard());

      var difference = result.targets().getFirst().difference().orElseThrow();
      assertThat(difference.changes())
          .extracting(Difference.Change::name, Difference.Change::before, Difference.Change::after)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("app", List.of("1.0"), List.of("1.0")),
              org.assertj.core.groups.Tuple.tuple("lib", List.of("1.0"), List.of("1.1")));
      assertThat(difference.changes().get(1).bytes()).isEqualTo(50_000);
      assertThat(difference.closureBytes()).isEqualTo(50_000);
      var unknown =
          new BuildRequest(
              context,
              "",
              wish.targets(),
              false,
              Optional.empty(),
              Optional.empty(),
              Optional.of(fixture.sandbox.work().resolve("nothing").toString()));
      assertThatThrownBy(() -> fixture.builds.build(unknown, new Heard()))
          .isInstanceOfSatisfying(
              NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_PATH_INVALID));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void binaryCache_isDownloadedFrom_andToldInBytes(Path nix) throws IOException {
    try (var fixture = new BuildFixture(nix)) {
      var context = fixture.flake(PACKAGES);
      var cache = "file://" + fixture.sandbox.work().resolve("cache");
      var path =
          fixture
              .builds
              .build(BuildFixture.request(context, ".#two"), new Heard())
              .targets()
              .getFirst()
              .outputs()
              .getFirst()
              .path();
      fixture.sandbox.run(context.cwd(), nix.toString(), "copy", "--to", cache, path);
      for (var root : roots(fixture)) {
        Files.delete(root);
      }
      fixture.sandbox.run(context.cwd(), nix.resolveSibling("nix-store").toString(), "--gc");
      assertThat(Path.of(path)).doesNotExist();
      var heard = new Heard();

      var result =
          fixture.builds.build(
              BuildFixture.request(
                  BuildFixture.with(context, "substituters", cache, "require-sigs", "false"),
                  ".#two"),
              heard);

      var target = result.targets().getFirst();
      assertThat(target.failure()).isEmpty();
      assertThat(target.origin()).isEqualTo(Origin.SUBSTITUTED);
      assertThat(result.built()).isZero();
      assertThat(result.downloaded()).isEqualTo(2);
      assertThat(result.downloadedBytes()).isGreaterThan(150_000);
      assertThat(heard.totals.downloads()).isEqualTo(new Count(2, 0, 0, 2));
      assertThat(requireNonNull(heard.transfers.get("lib-1.1")).kind())
          .isEqualTo(Transfer.Kind.DOWNLOAD);
      assertThat(heard.transfers.get("lib-1.1").store()).isEqualTo(cache);
      assertThat(heard.transfers.get("lib-1.1").state()).isEqualTo(Transfer.State.DONE);
    }
  }

  private static List<Path> roots(BuildFixture fixture) throws IOException {
    try (var links = Files.list(fixture.roots())) {
      return links.toList();
    }
  }
}
