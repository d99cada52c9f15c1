package dev.arda.nix.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.store.Closure.Reference;
import dev.arda.nix.store.ClosureDiff.Kind;
import dev.arda.nix.store.ClosureDiff.PackageChange;
import dev.arda.nix.types.StorePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is computed from closures, on made-up ones. */
class ClosureTest {

  private static StorePath path(String name) {
    return path("0", name);
  }

  private static StorePath path(String hash, String name) {
    return new StorePath("/nix/store", hash.repeat(32) + "-" + name);
  }

  private static PathInfo info(StorePath path, long size, StorePath... references) {
    return new PathInfo(
        path,
        "sha256-",
        size,
        Stream.of(references).sorted().toList(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        true,
        Optional.empty(),
        0);
  }

  private static final StorePath TOP = path("top");
  private static final StorePath LEFT = path("left");
  private static final StorePath RIGHT = path("right");
  private static final StorePath BASE = path("base");
  private static final StorePath LONELY = path("lonely");

  /** TOP needs LEFT and RIGHT, both need BASE, RIGHT also LONELY. */
  private static final Closure DIAMOND =
      Closure.of(
          List.of(TOP),
          List.of(
              info(TOP, 1, LEFT, RIGHT),
              info(LEFT, 10, BASE),
              info(RIGHT, 100, BASE, LONELY),
              info(BASE, 1000),
              info(LONELY, 10000)));

  @Test
  void size_ofAllAndOfParts_countsEachPathOnce() {
    assertThat(DIAMOND.size()).isEqualTo(11111);
    assertThat(DIAMOND.size(TOP)).isEqualTo(11111);
    assertThat(DIAMOND.size(LEFT)).isEqualTo(1010);
    assertThat(DIAMOND.size(path("absent"))).isZero();
  }

  @Test
  void exclusiveSize_isWhatWouldGo() {
    assertThat(DIAMOND.exclusiveSize(RIGHT)).isEqualTo(10100);
    assertThat(DIAMOND.exclusiveSize(BASE)).isEqualTo(1000);
    assertThat(DIAMOND.exclusiveSize(TOP)).isEqualTo(11111);
    assertThat(DIAMOND.exclusiveSize(path("absent"))).isZero();
  }

  @Test
  void whyDepends_isTheShortestChain() {
    assertThat(DIAMOND.whyDepends(TOP, BASE)).contains(List.of(TOP, LEFT, BASE));
    assertThat(DIAMOND.whyDepends(TOP, TOP)).contains(List.of(TOP));
    assertThat(DIAMOND.whyDepends(LEFT, LONELY)).isEmpty();
    assertThat(DIAMOND.whyDepends(path("absent"), path("absent"))).isEmpty();
  }

  @Test
  void everyWay_holdsAllReferencesOnTheWay() {
    assertThat(DIAMOND.everyWay(TOP, BASE))
        .containsExactly(
            new Reference(LEFT, BASE),
            new Reference(RIGHT, BASE),
            new Reference(TOP, LEFT),
            new Reference(TOP, RIGHT));
    assertThat(DIAMOND.everyWay(LEFT, LONELY)).isEmpty();
  }

  @Test
  void referrers_areThoseThatNeedItDirectly() {
    assertThat(DIAMOND.referrers(BASE)).containsExactly(LEFT, RIGHT);
  }

  @Test
  void whyDepends_anyGraph_findsAChainExactlyIfThereIsAWay() {
    var seed = 20261126L;
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      var closure = random(random, 2 + random.nextInt(12));
      var names = List.copyOf(closure.paths().keySet());
      var from = names.get(random.nextInt(names.size()));
      var to = names.get(random.nextInt(names.size()));
      var chain = closure.whyDepends(from, to);
      assertThat(chain.isPresent())
          .as("seed %d round %d", seed, round)
          .isEqualTo(reaches(closure, from, to, new HashSet<>()));
      chain.ifPresent(found -> {
        assertThat(found.getFirst()).isEqualTo(from);
        assertThat(found.getLast()).isEqualTo(to);
        for (int i = 0; i + 1 < found.size(); i++) {
          assertThat(closure.references(found.get(i))).contains(found.get(i + 1));
        }
        if (found.size() > 1) {
          assertThat(closure.everyWay(from, to))
              .contains(new Reference(found.get(0), found.get(1)));
        }
      });
      assertThat(closure.exclusiveSize(to)).isBetween(0L, closure.size());
    }
  }

  /** Some paths; references may go round in circles, which stores refuse but arda must survive. */
  private static Closure random(Random random, int count) {
    var names = new ArrayList<StorePath>();
    for (int i = 0; i < count; i++) {
      names.add(path("n" + i));
    }
    var infos = new ArrayList<PathInfo>();
    for (var name : names) {
      infos.add(
          info(
              name,
              random.nextInt(100),
              names.stream()
                  .filter(other -> !other.equals(name) && random.nextInt(5) == 0)
                  .toArray(StorePath[]::new)));
    }
    return Closure.of(List.of(names.getFirst()), infos);
  }

  private static boolean reaches(
      Closure closure, StorePath from, StorePath to, Set<StorePath> seen) {
    return from.equals(to)
        || (seen.add(from)
            && closure.references(from).stream()
                .anyMatch(next -> reaches(closure, next, to, seen)));
  }

  @Test
  void diff_everyKindOfChange_isToldByPackage() {
    var before =
        Closure.of(
            List.of(),
            List.of(
                info(path("0", "openssl-3.0.13"), 100),
                info(path("1", "openssl-3.0.13-dev"), 10),
                info(path("2", "bash-5.2p15"), 7),
                info(path("3", "gone-1"), 5),
                info(path("4", "same-1"), 3),
                info(path("5", "linux-6.1.0"), 50),
                info(path("6", "linux-6.6.0"), 60)));
    var after =
        Closure.of(
            List.of(),
            List.of(
                info(path("7", "openssl-3.0.14"), 120),
                info(path("8", "openssl-3.0.14-dev"), 10),
                info(path("9", "bash-5.2p15"), 8),
                info(path("4", "same-1"), 3),
                info(path("6", "linux-6.6.0"), 60),
                info(path("a", "new"), 2)));

    var diff = ClosureDiff.between(before, after);

    assertThat(diff.packages())
        .containsExactly(
            new PackageChange("bash", Kind.REBUILT, List.of("5.2p15"), List.of("5.2p15"), 7, 8),
            new PackageChange("gone", Kind.REMOVED, List.of("1"), List.of(), 5, 0),
            new PackageChange(
                "linux", Kind.VERSION, List.of("6.1.0", "6.6.0"), List.of("6.6.0"), 110, 60),
            new PackageChange("new", Kind.ADDED, List.of(), List.of(""), 0, 2),
            new PackageChange(
                "openssl", Kind.VERSION, List.of("3.0.13"), List.of("3.0.14"), 110, 130));
    assertThat(diff.sizeDelta()).isEqualTo(203 - 235);
    assertThat(diff.pathsAdded()).isEqualTo(4);
    assertThat(diff.pathsRemoved()).isEqualTo(5);
    assertThat(ClosureDiff.between(before, before).isEmpty()).isTrue();
  }

  @Test
  void packageName_isTakenApartAsNixDoes() {
    assertThat(PackageName.of("openssl-3.0.13"))
        .isEqualTo(new PackageName("openssl", "3.0.13", ""));
    assertThat(PackageName.of("openssl-3.0.13-dev"))
        .isEqualTo(new PackageName("openssl", "3.0.13", "dev"));
    assertThat(PackageName.of("glibc-2.38-44-bin"))
        .isEqualTo(new PackageName("glibc", "2.38-44", "bin"));
    assertThat(PackageName.of("nixos-system-web01-24.05.20240101.abc"))
        .isEqualTo(new PackageName("nixos-system-web01", "24.05.20240101.abc", ""));
    assertThat(PackageName.of("etc")).isEqualTo(new PackageName("etc", "", ""));
    assertThat(PackageName.of("unit-sshd.service"))
        .isEqualTo(new PackageName("unit-sshd.service", "", ""));
    assertThat(PackageName.of("hello-2.12.drv")).isEqualTo(new PackageName("hello", "2.12", ""));
    assertThat(PackageName.of("a-")).isEqualTo(new PackageName("a-", "", ""));
  }
}
