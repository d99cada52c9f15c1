package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.feature.FlakeView.Failure;
import dev.arda.lsp.feature.FlakeView.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What fails is told where Nix says it lies, or where it is bound. */
class EvaluationFaultsTest {

  private static final String FLAKE =
      """
      {
        outputs = { self }: {
          nixosConfigurations = import ./hosts.nix { mail = import ./hosts/mail.nix; };
          lib = import ./lib;
        };
      }
      """;

  private static final String HOSTS = "{ mail }: { web01 = { config = nothere; }; inherit mail; }";

  private final KnownFlake flake =
      new KnownFlake()
          .valued("", "{ … }")
          .valued("lib", "{ … }")
          .valued("nixosConfigurations", "{ … }")
          .with("", "lib", "nixosConfigurations")
          .file("flake.nix", FLAKE)
          .file("hosts.nix", HOSTS);

  private static Failure failure(String message, String file, int line, int column) {
    return new Failure(
        message, Optional.of(new Position(file, line, column)), false, List.of(), Optional.empty());
  }

  private static Failure untracked(String file) {
    return new Failure(
        file + " exists but git does not track it",
        Optional.empty(),
        false,
        List.of(),
        Optional.of(file));
  }

  private List<String> faults(String file, String text) {
    return Faults.in(flake.scope(file, text), Path.of("/f").resolve(file)).faults().stream()
        .filter(fault -> fault.severity() == Fault.Severity.ERROR)
        .map(fault -> text.substring(fault.start(), fault.end()) + " | " + fault.message())
        .toList();
  }

  @Test
  void anOutputThatFails_isToldInTheFileThatIsToBlame_andAtItsBinding() {
    flake.failing(
        "nixosConfigurations", failure("undefined variable 'nothere'", "/f/hosts.nix", 1, 32));
    assertThat(faults("hosts.nix", HOSTS))
        .containsExactly("nothere | undefined variable 'nothere'");
    assertThat(faults("flake.nix", FLAKE))
        .containsExactly(
            "nixosConfigurations | nixosConfigurations cannot be evaluated: undefined variable"
                + " 'nothere' (hosts.nix:1:32)");
    assertThat(faults("other.nix", "{ }")).isEmpty();
  }

  @Test
  void anOutputThatFailsInFlakeNix_isToldThereAlone() {
    flake.failing("lib", failure("boom", "/f/flake.nix", 4, 11));
    assertThat(faults("flake.nix", FLAKE)).containsExactly("import | boom");
    flake.failing("nixosConfigurations", failure("boom", "/f/flake.nix", 4, 11));
    assertThat(faults("flake.nix", FLAKE)).containsExactly("import | boom");
  }

  @Test
  void anOutputThatNoTextBinds_isToldAtTheOutputs() {
    flake.with("", "checks");
    flake.failing(
        "checks", new Failure("boom", Optional.empty(), false, List.of(), Optional.empty()));
    assertThat(faults("flake.nix", FLAKE))
        .containsExactly("outputs | checks cannot be evaluated: boom");
  }

  @Test
  void aHostThatFails_isToldWhereItIsBound_andWhereItIsWritten() {
    flake.with("nixosConfigurations.", "mail", "web01", "x");
    flake.failing("nixosConfigurations.mail", failure("no ';'", "/f/hosts/mail.nix", 1, 3));
    assertThat(faults("hosts/mail.nix", "{ x = 1 }")).containsExactly("x | no ';'");
    assertThat(faults("hosts.nix", HOSTS))
        .containsExactly(
            "mail | nixosConfigurations.mail cannot be evaluated: no ';' (hosts/mail.nix:1:3)");
  }

  @Test
  void anOutputThatFailsForAName_isToldAtTheName() {
    var text = "{ outputs = { self }: { lib = self.nothing.x; }; }";
    flake.failing("lib", failure("attribute 'nothing' missing", "/f/flake.nix", 1, 31));
    assertThat(faults("flake.nix", text)).isEmpty();
    assertThat(Faults.in(flake.scope(text), Path.of("/f/flake.nix")).faults())
        .extracting(Fault::code)
        .containsExactly("unknown-output");
  }

  @Test
  void aHostThatIsNotNamedInAFile_isNotAskedFor() {
    flake.with("nixosConfigurations.", "db01");
    flake.failing("nixosConfigurations.db01", failure("boom", "/f/flake.nix", 3, 5));
    assertThat(faults("flake.nix", FLAKE)).isEmpty();
    assertThat(faults("flake.nix", FLAKE + "# db01\n")).hasSize(1);
  }

  @Test
  void whatFailsWithAllOutputs_isToldOnce() {
    flake.failing("", failure("boom", "/f/lib/default.nix", 2, 1));
    flake.failing("lib", failure("boom", "/f/lib/default.nix", 2, 1));
    assertThat(faults("lib/default.nix", "{\n}\n")).containsExactly("} | boom");
    assertThat(faults("flake.nix", FLAKE))
        .containsExactly("outputs | the outputs cannot be evaluated: boom (lib/default.nix:2:1)");
  }

  @Test
  void aFileThatGitDoesNotTrack_isToldAtItsTop_andWhereItIsNamed() {
    flake.failing("nixosConfigurations", untracked("/f/hosts.nix"));
    flake.failing("lib", untracked("/f/lib/default.nix"));
    assertThat(faults("flake.nix", FLAKE))
        .containsExactlyInAnyOrder(
            "./hosts.nix | /f/hosts.nix exists but git does not track it",
            "./lib | /f/lib/default.nix exists but git does not track it");
    assertThat(faults("hosts.nix", "{\n}\n"))
        .containsExactly("{ | /f/hosts.nix exists but git does not track it");
    flake.failing("", untracked("/f/flake.nix"));
    assertThat(faults("flake.nix", FLAKE))
        .containsExactly("{ | /f/flake.nix exists but git does not track it");
  }

  @Test
  void nothingIsTold_ofAFailureOfAnEarlierState() {
    flake.failingEarlier("lib", failure("boom", "/f/flake.nix", 4, 11));
    assertThat(faults("flake.nix", FLAKE)).isEmpty();
  }
}
