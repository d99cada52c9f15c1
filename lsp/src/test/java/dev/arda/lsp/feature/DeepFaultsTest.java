package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.feature.FlakeView.Freshness;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributes further down than hosts that the flake does not have. */
class DeepFaultsTest {

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations", "packages", "lib", "legacyPackages", "inputs")
          .with("nixosConfigurations.", "web01", "web02", "a1", "a2", "a3")
          .with("nixosConfigurations.web01.", "config", "options", "pkgs")
          .with("nixosConfigurations.web01.config.", "networking", "users")
          .with("nixosConfigurations.web01.config.users.", "users")
          .with("nixosConfigurations.web01.config.users.users.", "alice", "root")
          .with("nixosConfigurations.*.", "config", "options")
          .with("nixosConfigurations.*.config.", "networking", "users")
          .with("nixosConfigurations.web02.", Freshness.EARLIER, "config")
          .with("packages.", "x86_64-linux")
          .with("packages.x86_64-linux.", "hello")
          .with("lib.", "value", "list")
          .with("lib.value.");

  private List<String> faults(String value) {
    var text = "{ outputs = { self, ... }: { x = " + value + "; }; }";
    return Faults.in(flake.scope(text), Path.of("/f/flake.nix")).faults().stream()
        .map(fault ->
            "%s %s".formatted(fault.severity(), text.substring(fault.start(), fault.end())))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "self.packages.x86_64-linux.helo | helo",
        "self.nixosConfigurations.web01.confg | confg",
        "self.nixosConfigurations.web01.config.netwrking.hostName | netwrking",
        "self.nixosConfigurations.web01.config.users.users.alic | alic",
        "let c = self.nixosConfigurations.web01.config; in c.netwrking | netwrking",
        "{ inherit (self.nixosConfigurations.web01) confg; } | confg",
        "select self \"nixosConfigurations.*.config.netwrking\" | netwrking",
        "\"nixosConfigurations.web01.config.{users,netwrking}\" | netwrking",
        "\".#packages.x86_64-linux.helo\" | helo"
      })
  void unknownAttribute_isAFault(String value, String name) {
    assertThat(faults(value)).containsExactly("WARNING " + name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "self.nixosConfigurations.web01.config.networking.anything",
        "self.nixosConfigurations.web01.config.netwrking or 1",
        "self.nixosConfigurations.web01.config ? netwrking",
        "if self.nixosConfigurations.web01 ? confg.a then self.nixosConfigurations.web01.confg.a else 1",
        "self.nixosConfigurations.web01.config.${name}",
        "self.nixosConfigurations.a1.confg",
        "self.lib.value.x",
        "self.nixosConfigurations.web01.pkgs.helo",
        "self.inputs.nixpkgs.confg",
        "self.nixosConfigurations.web01.config.new; new = 1",
        "select self \"nixosConfigurations.*.config.?netwrking\"",
        "\"nixosConfigurations.*.config.{?netwrking}\""
      })
  void nothingIsSaid_ofWhatExistsOrMayExist(String value) {
    assertThat(faults(value)).isEmpty();
  }

  @Test
  void earlierState_saysSoMoreQuietly() {
    assertThat(faults("self.nixosConfigurations.web02.confg")).containsExactly("HINT confg");
  }

  @Test
  void ofManyHosts_aFewAreLookedInto() {
    var asked = new java.util.TreeSet<String>();
    var view =
        new FlakeView() {
          @Override
          public Names names(String prefix, Haste haste) {
            asked.add(prefix);
            return flake.names(prefix, haste);
          }

          @Override
          public java.util.Optional<Description> describe(String selector, Haste haste) {
            return flake.describe(selector, haste);
          }

          @Override
          public Names listed(Listed what, Haste haste) {
            return flake.listed(what, haste);
          }
        };
    var text =
        "{ outputs = { self, ... }: { x = [ %s ]; }; }"
            .formatted(
                String.join(
                    " ",
                    List.of("web01", "web02", "a1", "a2", "a3").stream()
                        .map(host -> "self.nixosConfigurations." + host + ".config.users.x")
                        .toList()));
    var known = flake.scope(text);
    Faults.in(new Scope(known.text(), known.path(), view, known.files()), Path.of("/f/flake.nix"));
    assertThat(asked)
        .contains("nixosConfigurations.web01.", "nixosConfigurations.a2.")
        .doesNotContain("nixosConfigurations.a3.");
  }
}
