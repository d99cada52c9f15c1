package dev.arda.nix.flake.selector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.selector.SelectorVectors.EvalOutcome;
import dev.arda.nix.flake.selector.SelectorVectors.EvalRow;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SelectorVectorsTest {

  private final List<EvalRow> rows = SelectorVectors.load().eval();

  @Test
  void evalRows_areAllThere_andExplainEveryDifference() {
    assertThat(rows).hasSize(191);
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.arda().isPresent()).isEqualTo(row.why().isPresent()));
    assertThat(rows)
        .filteredOn(row -> row.arda().isPresent())
        .extracting(EvalRow::id)
        .containsExactly("E38", "E39", "E49", "E50", "E67", "E118", "E119", "E172");
    assertThat(rows)
        .filteredOn(row -> row.arda().isPresent())
        .allSatisfy(row ->
            assertThat(row.byVersion().values())
                .anyMatch(outcome -> !outcome.equals(row.arda().orElseThrow())));
  }

  @Test
  void evalRows_selectorsParse_exceptWhereTheRowSaysSo() {
    for (EvalRow row : rows) {
      boolean refused = row.arda().equals(Optional.of(new EvalOutcome.Fails("SELECTOR_INVALID")));
      boolean parses;
      try {
        parses = SelectorParser.parse(row.selector()).text().equals(row.selector());
      } catch (FlakeException _) {
        parses = false;
      }
      assertThat(parses).describedAs(row.toString()).isEqualTo(!refused);
    }
  }

  @Test
  void evalRows_errorsOfArda_areReasonsOfTheApi() {
    assertThat(rows)
        .allSatisfy(row -> {
          if (row.arda().orElse(new EvalOutcome.Value(""))
              instanceof EvalOutcome.Fails(String words)) {
            assertThat(Reason.values()).extracting(Reason::name).contains(words);
          }
        });
  }
}
