package dev.arda.nix.system.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.system.source.FlakeSources.Source;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.NixException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Processes are killed while they change a flake, at every step; the next one finds that. */
class InterruptedChangeTest {

  private static final byte[] FILE = "{ made = true; }\n".getBytes(StandardCharsets.UTF_8);

  private static final Map<String, String> FLAKE =
      Map.of(
          "flake.nix",
          HostBench.flake(
              """
              nixosConfigurations = {
                web01 = mk "web01" ./hosts/web01.nix;
                web02 = mk "web02" ./hosts/web02.nix;
              };\
              """),
          "hosts/web01.nix",
          "{ own = 1; }\n",
          "hosts/web02.nix",
          "{ own = 2; }\n",
          "secrets/web01/a",
          "a\n",
          "secrets/web01/b",
          "b\n");

  @TempDir private Path directory;

  static List<Path> programs() {
    return NixSandbox.programs().subList(0, 1);
  }

  private interface Step {
    void make(Source source, SourceChange change);
  }

  /** What making a host does. */
  private static List<Step> making() {
    var result = new ArrayList<Step>();
    result.add(
        (source, change) -> change.create(source.directory().resolve("new/k1/default.nix"), FILE));
    result.add((source, change) -> change.stage(source.git().orElseThrow(), change.created()));
    result.add((source, change) ->
        change.replace(source.flakeFile(), source.flakeText(), source.flakeText() + "# one\n"));
    result.add((source, change) ->
        change.replace(source.flakeFile(), source.flakeText(), source.flakeText() + "# two\n"));
    return result;
  }

  /** What taking one out does. */
  private List<Step> taking() {
    var aside = directory.resolve("kept/web01-1");
    var result = new ArrayList<Step>();
    result.add((source, change) ->
        change.replace(source.flakeFile(), source.flakeText(), source.flakeText() + "# one\n"));
    result.add((_, change) -> change.makeAside(aside));
    for (var name : List.of("hosts/web01.nix", "secrets/web01")) {
      result.add((source, change) ->
          change.moveAway(source.directory().resolve(name), aside.resolve(name)));
    }
    return result;
  }

  /** Does some steps of a change, and nothing more, as a process that is killed. */
  private static void interrupted(HostBench bench, List<Step> steps) {
    bench
        .sources()
        .change(
            bench.context(),
            bench.flake().toString(),
            source -> {
              var change = source.change();
              steps.forEach(step -> step.make(source, change));
              return steps;
            });
  }

  private static void next(HostBench bench) {
    bench.sources().endInterrupted();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void killedAtAnyStep_everythingIsAsBefore(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          var before = bench.state();
          for (var steps : List.of(making(), taking())) {
            for (int count = 0; count <= steps.size(); count++) {
              interrupted(bench, steps.subList(0, count));
              next(bench);
              assertThat(bench.state()).as("after %d steps", count).isEqualTo(before);
              assertThat(bench.flake().resolve("new")).doesNotExist();
              assertThat(directory.resolve("kept/web01-1")).doesNotExist();
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void killedInTheMiddleOfAStep_everythingIsAsBefore(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          var before = bench.state();
          interrupted(bench, making());
          Files.write(bench.flake().resolve("new/k1/default.nix"), new byte[] {FILE[0]});
          Files.writeString(bench.flake().resolve(".arda-1.new"), before.get("flake.nix"));
          next(bench);
          assertThat(bench.state()).isEqualTo(before);

          interrupted(bench, taking());
          // As it is when some of it is removed that was copied to another file system.
          var half = bench.flake().resolve("secrets/web01/b");
          Files.createDirectory(half.getParent());
          Files.writeString(half, "b\n");
          next(bench);
          assertThat(bench.state()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void theNextChange_takesItBackFirst(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          interrupted(
              bench,
              List.of(
                  (source, change) ->
                      change.create(source.directory().resolve("hosts/k1.nix"), FILE),
                  (source, change) -> change.stage(source.git().orElseThrow(), change.created())));
          assertThat(bench.create(bench.wish("k1")).files())
              .containsExactly(Path.of("hosts/k1.nix"));
          assertThat(bench.sound()).containsExactly("k1", "web01", "web02");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void killedAfterItWasProven_itIsFinished(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          var steps = taking();
          steps.add((source, change) -> {
            try {
              source
                  .journal()
                  .note(
                      ChangeJournal.Kind.FORGET,
                      List.of(source.directory().resolve("hosts/web01.nix").toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
          interrupted(bench, steps);
          next(bench);
          assertThat(bench.git("status", "--porcelain", "hosts")).isEqualTo("D  hosts/web01.nix\n");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void whatWasChangedOrCommittedSince_isLeft(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          interrupted(bench, making());
          Files.writeString(bench.flake().resolve("new/k1/default.nix"), "{ mine = true; }\n");
          var mine = bench.state();
          next(bench);
          assertThat(bench.state()).isEqualTo(mine);
          next(bench);
          assertThat(bench.state()).isEqualTo(mine);
          bench.git("add", "-A");
          bench.git("commit", "-qm", "mine");

          interrupted(
              bench,
              List.of(
                  (source, change) ->
                      change.create(source.directory().resolve("hosts/k2.nix"), FILE),
                  (source, change) ->
                      change.replace(
                          source.flakeFile(), source.flakeText(), source.flakeText() + "# k2\n")));
          bench.git("add", "-A");
          bench.git("commit", "-qm", "k2");
          var committed = bench.state();
          next(bench);
          assertThat(bench.state()).isEqualTo(committed);
          assertThat(committed).containsKey("hosts/k2.nix");

          interrupted(bench, taking());
          Files.writeString(bench.flake().resolve("hosts/web01.nix"), "{ mine = true; }\n");
          var again = bench.state();
          next(bench);
          assertThat(bench.state()).isEqualTo(again);
          assertThat(directory.resolve("kept/web01-1/hosts/web01.nix")).hasContent("{ own = 1; }");
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void killedWhileItHadTheLockOfGit_everythingIsAsBefore(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          var before = bench.state();
          var names = names(bench.flake().resolve(".git"));
          for (boolean copied : List.of(false, true)) {
            var steps = new ArrayList<>(making().subList(0, 1));
            steps.add((source, _) -> {
              try {
                var lock = IndexLock.take(source.git().orElseThrow().index(), source.journal());
                Files.writeString(
                    lock.copy().resolveSibling(lock.copy().getFileName() + ".lock"), "");
                if (copied) {
                  lock.replace();
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
            interrupted(bench, steps);
            assertThat(bench.flake().resolve(".git/index.lock")).exists();
            assertThat(warning(bench)).isEmpty();
            assertThat(bench.state()).isEqualTo(before);
            assertThat(bench.flake().resolve("new")).doesNotExist();
            assertThat(names(bench.flake().resolve(".git"))).isEqualTo(names);
          }
        });
  }

  private static List<String> names(Path directory) throws IOException {
    try (var all = Files.list(directory)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String warning(HostBench bench) {
    return bench.sources().endInterrupted(bench.context(), bench.flake().toString()).orElse("");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void anotherGitHasTheLock_filesAreAsBeforeAndTheIndexIsTriedAgain(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          var before = bench.state();
          interrupted(bench, making());
          var lock = Files.createFile(bench.flake().resolve(".git/index.lock"));
          next(bench);
          assertThat(bench.state()).isEqualTo(with(before, "git", "AD new/k1/default.nix\n"));
          assertThat(warning(bench))
              .contains(
                  "not all of it could be taken back",
                  "locked by another process: " + lock,
                  "remove " + lock);
          assertThatThrownBy(() -> bench.create(bench.wish("k1")))
              .hasMessageContaining("locked by another process: " + lock)
              .isInstanceOfSatisfying(
                  NixException.class,
                  failure -> assertThat(failure.metadata().get("hint")).contains("remove " + lock));
          assertThat(lock).isEmptyFile();
          Files.delete(lock);
          assertThat(warning(bench)).isEmpty();
          assertThat(bench.state()).isEqualTo(before);
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aFileThatCameAfterItWasTakenBack_isNotTouched(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          interrupted(bench, making());
          var lock = Files.createFile(bench.flake().resolve(".git/index.lock"));
          next(bench);
          Files.delete(lock);
          bench.sandbox().write("f/new/k1/default.nix", new String(FILE, StandardCharsets.UTF_8));
          var mine = bench.state();
          assertThat(warning(bench)).isEmpty();
          assertThat(bench.state()).isEqualTo(mine);
        });
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    var result = new TreeMap<>(map);
    result.put(key, value);
    return result;
  }

  @ParameterizedTest
  @MethodSource("programs")
  void anotherGitHasTheLockOfGit_nothingIsChanged(Path nix) throws IOException {
    HostBench.trying(
        directory,
        nix,
        FLAKE,
        bench -> {
          bench.commit();
          var before = bench.state();
          var lock = Files.createFile(bench.flake().resolve(".git/index.lock"));
          assertThatThrownBy(() -> bench.create(bench.wish("k1")))
              .hasMessageContaining("locked by another process: " + lock)
              .hasNoSuppressedExceptions();
          assertThat(lock).isEmptyFile();
          assertThat(warning(bench)).isEmpty();
          assertThat(bench.state()).isEqualTo(before);
          Files.delete(lock);
          assertThat(bench.create(bench.wish("k1")).staged()).isTrue();
        });
  }
}
