package dev.arda.nix.flake.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorSuggestionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # wanted   | exists                        | suggested
          web        | wbe                           | wbe
          web        | webs                          | webs
          web        | wb                            | wb
          web        | wxb                           | wxb
          web        | wbxe                          | ''
          web        | bew                           | ''
          conf       | confg                         | confg
          conf       | config                        | ''
          config     | cofnig,confgi,cnfg,con        | cofnig confgi cnfg
          configs    | conf                          | ''
          hostName   | hostname,hostNames,hostName2  | hostname hostName2 hostNames
          hostName   | HOSTNAME,hostNam              | HOSTNAME hostNam
          WEB        | web,WEC                       | web WEC
          networking | networkign,netwroknig,network | networkign netwroknig network
          networking | netw                          | ''
          a          | b,c,ab                        | ab
          abc        | abd,aac,zbc,abcd,ab,xabc,acb  | aac ab abcd abd acb
          abc        | abc,abd                       | abd
          é          | éa,e                          | éa
          😀a        | 😁a,😀b                        | 😀b 😁a
          """)
  void nearest_namesWithinTheLimit_nearestFirst(String wanted, String exists, String suggested) {
    var candidates = new ArrayList<>(List.of(exists.split(",")));
    List<String> expected = suggested.isEmpty() ? List.of() : List.of(suggested.split(" "));
    assertThat(SelectorSuggestions.nearest(wanted, candidates)).isEqualTo(expected);

    Collections.reverse(candidates);
    assertThat(SelectorSuggestions.nearest(wanted, candidates)).isEqualTo(expected);
  }

  @Test
  void nearest_equallyNear_comeInOrderOfTheirBytes() {
    // In UTF-16 the supplementary character would come before U+FFFD.
    assertThat(SelectorSuggestions.nearest("ab", List.of("ab😀", "ab\ufffd", "abz")))
        .containsExactly("abz", "ab\ufffd", "ab😀");
  }

  @Test
  void nearest_sameDistanceAsAPlainImplementation() {
    var generator = SelectorGenerator.seeded("distances");
    for (int i = 0; i < 20_000; i++) {
      String wanted = generator.text(10);
      String other = generator.text(10);
      int distance = slowDistance(points(wanted), points(other), 0, 0);
      int limit =
          wanted.codePointCount(0, wanted.length()) <= 4
              ? 1
              : wanted.codePointCount(0, wanted.length()) <= 8 ? 2 : 3;
      int longer = Math.max(points(wanted).length, points(other).length);
      boolean near = distance > 0 && distance <= limit && distance < longer;

      assertThat(SelectorSuggestions.nearest(wanted, List.of(other)).equals(List.of(other)))
          .describedAs("%s %s %s", wanted, other, distance)
          .isEqualTo(near || (distance > 0 && wanted.equalsIgnoreCase(other)));
    }
  }

  /** The definition, with a cut where the limit of 3 is passed. */
  private static int slowDistance(int[] a, int[] b, int i, int j) {
    return slowDistance(a, b, i, j, 4);
  }

  private static int slowDistance(int[] a, int[] b, int i, int j, int budget) {
    if (budget == 0) {
      return 100;
    }
    if (i == a.length || j == b.length) {
      return a.length - i + b.length - j;
    }
    if (a[i] == b[j]) {
      return slowDistance(a, b, i + 1, j + 1, budget);
    }
    int best =
        Math.min(
            slowDistance(a, b, i + 1, j + 1, budget - 1),
            Math.min(
                slowDistance(a, b, i + 1, j, budget - 1),
                slowDistance(a, b, i, j + 1, budget - 1)));
    if (i + 1 < a.length && j + 1 < b.length && a[i] == b[j + 1] && a[i + 1] == b[j]) {
      best = Math.min(best, slowDistance(a, b, i + 2, j + 2, budget - 1));
    }
    return best + 1;
  }

  private static int[] points(String text) {
    return text.codePoints().toArray();
  }

  @Test
  void nearest_tooManyCandidates_areNotLookedAt() {
    List<String> candidates =
        IntStream.range(0, SelectorSuggestions.MAX_CANDIDATES).mapToObj(i -> "host" + i).toList();
    assertThat(SelectorSuggestions.nearest("hozt17", candidates)).hasSize(5);

    assertThat(
            SelectorSuggestions.nearest(
                "hozt17", Stream.concat(candidates.stream(), Stream.of("x")).toList()))
        .isEmpty();
  }

  @Test
  void nearest_longNames_takeLittleTime() {
    List<String> candidates =
        IntStream.range(0, 20_000).mapToObj(i -> "x".repeat(60_000 + i % 7)).distinct().toList();
    var many = new ArrayList<String>();
    while (many.size() + candidates.size() <= SelectorSuggestions.MAX_CANDIDATES) {
      many.addAll(candidates);
    }
    long start = System.nanoTime();
    assertThat(SelectorSuggestions.nearest("x".repeat(256), many)).isEmpty();
    assertThat(SelectorSuggestions.nearest("x".repeat(60_000), many)).isEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }
}
